-- The names of meters that a price may not give to one of its own.
create or replace function credits.reserved_meters()
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array['base', 'quantity', 'tokens', 'tools']
$$;

comment on function credits.reserved_meters() is
'The names of meters that are ours.';

revoke all on function credits.reserved_meters() from public, anon, authenticated, service_role;
