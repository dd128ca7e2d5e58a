-- The catalog whose prices count now: the latest version.
--
-- Errors   PT409 no_catalog: none has been applied.
create or replace function credits.catalog_in_force()
returns credits.catalogs
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs;
begin
    select c.* into v_catalog
    from credits.catalogs as c
    order by c.version desc
    limit 1;
    if not found then
        raise exception 'no_catalog' using
            errcode = 'PT409',
            hint = 'Apply a catalog first: pgcredits catalog apply FILE.';
    end if;
    return v_catalog;
end;
$$;

comment on function credits.catalog_in_force() is
'The catalog whose prices count now, or PT409.';

revoke all on function credits.catalog_in_force() from public, anon, authenticated, service_role;
