-- The packs on sale, with what one credit costs and how far that is below the list price.
--
-- Units    price_cents: minor units of currency. price_per_credit: major units, six places.
-- Errors   PT409 no_catalog
create or replace function credits.list_packages()
returns setof public.credit_package
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
        p.code::text,
        p.name,
        p.credits::numeric,
        p.bonus_credits::numeric,
        p.price_cents,
        v_catalog.currency,
        trim_scale(round(p.price_cents / 100.0 / (p.credits + p.bonus_credits), 6)),
        greatest(
            0,
            round(
                100 - p.price_cents / (p.credits + p.bonus_credits)
                / v_catalog.list_price_per_credit
            )
        ),
        p.features
    from credits.packages as p
    where p.version = v_catalog.version
    order by p.position;
end;
$$;

comment on function credits.list_packages() is
'The packs on sale by the catalog in force.';

revoke all on function credits.list_packages() from public, anon, authenticated, service_role;
grant execute on function credits.list_packages() to anon, authenticated, service_role;
