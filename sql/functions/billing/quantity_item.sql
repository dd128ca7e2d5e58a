-- A quantity of credits as an item to buy: at what a credit is worth plus the mark-up of packs, and
-- the bulk tier that the whole quantity reaches. Whether it may be bought, purchase_item decides.
--
-- Errors   22023 invalid_quantity: it comes to more than 10^12 cents.
create or replace function credits.quantity_item(p_catalog credits.catalogs, p_quantity numeric)
returns credits.purchase_item
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_price_cents numeric := round(p_quantity * credits.unit_price(p_catalog) * 100);
begin
    if v_price_cents > 1e12 then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object(
                'maximum', trunc(1e10 / credits.unit_price(p_catalog), 9)
            )::text,
            hint = 'So many credits come to more than can be paid.';
    end if;
    return (
        'quantity', null, format('%s credits', p_quantity), p_quantity, 0,
        v_price_cents,
        credits.bulk_percent(p_catalog.version, p_quantity)
    )::credits.purchase_item;
end;
$$;

comment on function credits.quantity_item(credits.catalogs, numeric) is
'A quantity of credits as an item to buy.';

revoke all on function credits.quantity_item(credits.catalogs, numeric)
from public, anon, authenticated, service_role;
