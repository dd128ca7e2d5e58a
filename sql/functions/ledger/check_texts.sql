-- Refuses a request whose key is missing or whose texts are larger than a ledger should keep.
--
-- Units    characters; metadata in bytes of its JSON text.
-- Returns  the key.
-- Errors   22023 invalid_key, service_too_long, reference_too_long, description_too_long,
--          invalid_metadata
create or replace function credits.check_texts(
    p_key text,
    p_service text,
    p_reference text,
    p_description text,
    p_metadata jsonb
)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text := case
        when p_key is null or length(p_key) not between 1 and 200 then 'key'
        when length(p_service) > 200 then 'service'
        when length(p_reference) > 200 then 'reference'
        when length(p_description) > 1000 then 'description'
        when p_metadata <> '{}' and (
            jsonb_typeof(p_metadata) <> 'object' or octet_length(p_metadata::text) > 8192
        ) then 'metadata'
    end;
begin
    if v_problem is null then
        return p_key;
    elsif v_problem = 'service' then
        raise exception 'service_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'The name of a service has at most 200 characters.';
    elsif v_problem = 'reference' then
        raise exception 'reference_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'A reference has at most 200 characters.';
    elsif v_problem = 'description' then
        raise exception 'description_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1000)::text,
            hint = 'A description has at most 1000 characters.';
    elsif v_problem = 'metadata' then
        raise exception 'invalid_metadata' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 8192)::text,
            hint = 'Metadata is a JSON object of at most 8 kB.';
    end if;
    raise exception 'invalid_key' using
        errcode = '22023',
        hint = 'The idempotency key is a text of 1 to 200 characters.';
end;
$$;

comment on function credits.check_texts(text, text, text, text, jsonb) is
'Refuses a missing key and texts beyond their limits with 22023.';

revoke all on function credits.check_texts(text, text, text, text, jsonb)
from public, anon, authenticated, service_role;
