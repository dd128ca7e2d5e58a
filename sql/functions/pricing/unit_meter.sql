-- The usage's word for the unit that a service's quantity counts, in a catalog; null when the
-- service has no unit of its own.
create or replace function credits.unit_meter(p_service jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_service ? 'credits' or jsonb_typeof(p_service -> 'cost') = 'number'
            then coalesce(p_service ->> 'meter', 'quantity')
    end
$$;

comment on function credits.unit_meter(jsonb) is
'The usage''s word for a service''s own unit.';

revoke all on function credits.unit_meter(jsonb) from public, anon, authenticated, service_role;
