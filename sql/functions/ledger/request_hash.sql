-- The fingerprint of a request: SHA-256 of the operation and its inputs, never the computed price.
--
-- p_inputs  a JSON array, the operation's name first, then the inputs with their defaults filled in
--           and numerics trimmed, so that 1 and 1.0 agree. Within usage and metadata they do not.
create or replace function credits.request_hash(p_inputs jsonb)
returns bytea
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return sha256(convert_to(p_inputs::text, 'UTF8'));
end;
$$;

comment on function credits.request_hash(jsonb) is
'SHA-256 of an operation and its inputs, to tell a retry from a key used twice.';

revoke all on function credits.request_hash(jsonb) from public, anon, authenticated, service_role;
