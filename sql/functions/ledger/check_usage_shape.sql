-- Refuses a usage that is not a JSON object of at most 8 kB.
--
-- Returns  the usage, {} for null.
-- Errors   22023 invalid_usage
create or replace function credits.check_usage_shape(p_usage jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_usage is null or p_usage = '{}' then
        return '{}'::jsonb;
    elsif jsonb_typeof(p_usage) = 'object' and octet_length(p_usage::text) <= 8192 then
        return p_usage;
    end if;
    raise exception 'invalid_usage' using
        errcode = '22023',
        detail = jsonb_build_object('limit', 8192)::text,
        hint = 'Usage is a JSON object of counts, of at most 8 kB.';
end;
$$;

comment on function credits.check_usage_shape(jsonb) is
'The usage, or 22023 for one that is not a small JSON object.';

revoke all on function credits.check_usage_shape(jsonb)
from public, anon, authenticated, service_role;
