-- What each service costs: the usage guide, one row a component of a price.
--
-- Errors   PT409 no_catalog
create or replace function credits.list_prices()
returns setof public.credit_price
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
begin
    return query
    select
        p.service::text,
        p.meter,
        p.unit,
        p.unit_size,
        p.credits,
        m.provider,
        m.tier,
        p.description
    from credits.prices as p
    left join credits.models as m on p.version = m.version and p.service = m.code
    where p.version = v_catalog.version
    order by p.position, p.service, p.meter;
end;
$$;

comment on function credits.list_prices() is
'The prices of the catalog in force, component by component.';

revoke all on function credits.list_prices() from public, anon, authenticated, service_role;
grant execute on function credits.list_prices() to anon, authenticated, service_role;
