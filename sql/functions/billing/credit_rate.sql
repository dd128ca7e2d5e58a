-- What credits bought by quantity cost the signed-in user: after the discounts for the quantity and
-- with the plan, before promotions and fees.
--
-- It is told for any quantity, also where the catalog sells packs and plans only: there it is what
-- a credit is worth.
--
-- Units    price_per_credit: major units of currency, six places. price_cents: of the quantity,
--          minor units. discount_percent: both discounts together.
-- Errors   42501 not_signed_in, 22023 invalid_quantity, account_id_required (the back end, which
--          asks for a quote), PT409 no_catalog
create or replace function credits.credit_rate(p_quantity numeric)
returns public.credit_rate
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(null, 'read'));
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_quantity numeric := coalesce(credits.check_quantity(p_quantity), 1);
    v_item credits.purchase_item;
    v_kept numeric;
begin
    v_item := credits.quantity_item(v_catalog, v_quantity);
    v_kept := (1 - v_item.bulk_percent / 100)
    * (1 - credits.plan_discount(v_catalog, v_account.plan, v_item) / 100);
    return (
        trim_scale(round(credits.unit_price(v_catalog) * v_kept, 6)),
        credits.lines_total(
            credits.price_lines(v_catalog, v_item, v_account.plan)
        )::bigint,
        v_catalog.currency,
        trim_scale(round(100 * (1 - v_kept), 6))
    )::public.credit_rate;
end;
$$;

comment on function credits.credit_rate(numeric) is
'What credits bought by quantity cost the signed-in user.';

revoke all on function credits.credit_rate(numeric) from public, anon, authenticated, service_role;
grant execute on function credits.credit_rate(numeric) to authenticated, service_role;
