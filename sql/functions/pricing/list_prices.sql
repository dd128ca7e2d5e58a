-- What each service costs: the usage guide, one row a component of a price. A component
-- that holds from a size of the context says so in its unit.
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
        s.description
    from credits.services as s
    inner join credits.prices as p on s.version = p.version and s.code = p.service
    left join credits.models as m on s.version = m.version and s.code = m.code
    where s.version = v_catalog.version and p.credits is not null
    order by s.position, p.above_tokens, p.meter;
end;
$$;

comment on function credits.list_prices() is
'The prices of the catalog in force, component by component.';

revoke all on function credits.list_prices() from public, anon, authenticated, service_role;
grant execute on function credits.list_prices() to anon, authenticated, service_role;
