-- A promotion in its public shape, with how often it was used.
create or replace function credits.show_promotion(p_promotion credits.promotions)
returns public.credit_promotion
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        p_promotion.code, p_promotion.name, p_promotion.discount_type, p_promotion.discount_value,
        p_promotion.currency, p_promotion.starts_at, p_promotion.ends_at, p_promotion.maximum_uses,
        p_promotion.maximum_uses_per_account, p_promotion.minimum_cents, p_promotion.packages,
        p_promotion.plans, p_promotion.credits_days,
        (
            select count(*)
            from credits.redemptions as r
            where
                r.code = p_promotion.code
                and coalesce(r.lapses_at > clock_timestamp(), true)
        ),
        p_promotion.is_active, p_promotion.created_at, p_promotion.created_by
    )::public.credit_promotion;
$$;

comment on function credits.show_promotion(credits.promotions) is
'A promotion in its public shape.';

revoke all on function credits.show_promotion(credits.promotions)
from public, anon, authenticated, service_role;
