-- The promotion of a code, when it is for an item and can be used now; all null when not, whatever
-- the reason. A code is the same in any spelling: only its letters and digits count. How often it
-- is used, has_use_left counts.
--
-- p_price_cents  what the item costs before the promotion, minor units of p_currency.
create or replace function credits.usable_promotion(
    p_code text,
    p_item credits.purchase_item,
    p_price_cents numeric,
    p_currency text
)
returns credits.promotions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_promotion credits.promotions;
begin
    select p.* into v_promotion
    from credits.promotions as p
    where
        p.code = credits.promotion_code(p_code)
        and p.is_active
        and p.discount_type <> 'credits'
        and p.starts_at <= statement_timestamp()
        and (p.ends_at is null or p.ends_at > statement_timestamp())
        and p.minimum_cents <= p_price_cents::bigint
        and p_price_cents > 0
        and coalesce(p.currency, p_currency) = p_currency
        and case p_item.kind
            when 'plan' then coalesce(p_item.code = any(p.plans), p.packages is null)
            when 'package' then coalesce(p_item.code = any(p.packages), p.plans is null)
            else p.packages is null and p.plans is null
        end;
    return v_promotion;
end;
$$;

comment on function credits.usable_promotion(text, credits.purchase_item, numeric, text) is
'The promotion of a code, when it can be used for an item now.';

revoke all on function credits.usable_promotion(text, credits.purchase_item, numeric, text)
from public, anon, authenticated, service_role;
