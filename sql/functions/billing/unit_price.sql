-- What one credit costs that is bought by quantity, before discounts: what it is worth plus the
-- mark-up of packs.
--
-- Units    major units of the catalog's currency.
create or replace function credits.unit_price(p_catalog credits.catalogs)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(p_catalog.base_price_per_credit, p_catalog.list_price_per_credit)
    * (1 + p_catalog.package_markup);
end;
$$;

comment on function credits.unit_price(credits.catalogs) is
'What one credit costs that is bought by quantity, before discounts.';

revoke all on function credits.unit_price(credits.catalogs)
from public, anon, authenticated, service_role;
