-- Quotes a purchase by the catalog in force: what is bought, what it costs, and what is taken off
-- or added. Exactly one of pack, plan and quantity is bought.
--
-- The discounts follow each other, each on what the one before left: the bulk tier of a quantity,
-- the plan of the account (packs and quantities), the promotion. The processor's fees come last,
-- where the catalog passes them on (packs and quantities). Every line is rounded to a whole cent,
-- half up, and the lines add up to the total.
--
-- p_user_id  who buys: an open order of this user for the same purchase holds no use of the
--            promotion against it. Null for nobody in particular.
-- Units    cents: minor units of the catalog's currency. credits: those paid for.
-- Returns  ok: whether it could be bought so. Else message says why not, and the amounts are
--          those without the promotion: account_closed, plan_not_sold,
--          promotion_code_invalid (unknown, ended, used up and not for this purchase alike),
--          purchase_cap_reached.
-- Errors   22023 invalid_purchase, unknown_package, unknown_plan, invalid_quantity
create or replace function credits.quote_purchase(
    p_account credits.accounts,
    p_user_id uuid,
    p_package text,
    p_plan text,
    p_quantity numeric,
    p_promotion_code text
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_item credits.purchase_item := credits.purchase_item(
        v_catalog, p_package, p_plan, p_quantity
    );
    v_price_lines jsonb := credits.price_lines(v_catalog, v_item, p_account.plan);
    v_promotion credits.promotions;
    v_lines jsonb;
    v_again_id uuid;
    v_message text;
begin
    if nullif(p_promotion_code, '') is not null then
        v_promotion := credits.usable_promotion(
            p_promotion_code, v_item, credits.lines_total(v_price_lines), v_catalog.currency
        );
    end if;
    v_lines := credits.final_lines(v_catalog, v_item, v_price_lines, v_promotion);
    v_again_id := (credits.repeatable_order(
        p_account, p_user_id, v_promotion.code, p_package, p_plan, v_item.credits, v_lines
    )).id;
    if v_promotion.code is not null
        and not credits.has_use_left(v_promotion, p_account.id, p_user_id, v_again_id)
    then
        v_promotion := null;
        v_lines := credits.final_lines(v_catalog, v_item, v_price_lines, v_promotion);
    end if;

    v_message := case
        when p_account.status = 'closed' then 'account_closed'
        when v_item.price_cents is null then 'plan_not_sold'
        when nullif(p_promotion_code, '') is not null and v_promotion.code is null
            then 'promotion_code_invalid'
        when credits.lines_total(v_lines) > credits.purchase_room(p_account, v_again_id)
            then 'purchase_cap_reached'
    end;
    return credits.show_quote(v_catalog, v_item, v_promotion, v_lines, v_message);
end;
$$;

comment on function credits.quote_purchase(credits.accounts, uuid, text, text, numeric, text) is
'Quotes a purchase by the catalog in force.';

revoke all on function credits.quote_purchase(credits.accounts, uuid, text, text, numeric, text)
from public, anon, authenticated, service_role;
