-- The catalog whose prices count now: see version_in_force.
--
-- Errors   PT409 no_catalog
create or replace function credits.catalog_in_force()
returns credits.catalogs
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(statement_timestamp());
    v_catalog credits.catalogs;
begin
    select c.* into strict v_catalog from credits.catalogs as c where c.version = v_version;
    return v_catalog;
end;
$$;

comment on function credits.catalog_in_force() is
'The catalog whose prices count now, or PT409.';

revoke all on function credits.catalog_in_force() from public, anon, authenticated, service_role;
