-- True for a JSON number that can be counted: 0 to 10^12, at most nine places.
create or replace function credits.is_count(p_value jsonb)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(p_value) = 'number'
    and (p_value #>> '{}')::numeric between 0 and 1e12
    and (p_value #>> '{}')::numeric = round((p_value #>> '{}')::numeric, 9);
end;
$$;

comment on function credits.is_count(jsonb) is
'True for a JSON number from 0 to 10^12 with at most nine places.';

revoke all on function credits.is_count(jsonb) from public, anon, authenticated, service_role;
