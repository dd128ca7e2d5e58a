-- Whether an account may use a promotion once more: paid orders have used it, and those that may
-- still be paid hold a use.
--
-- p_except_id  an order that does not count, or null.
create or replace function credits.has_use_left(
    p_promotion credits.promotions,
    p_account_id uuid,
    p_except_id uuid
)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        coalesce(count(*) < p_promotion.maximum_uses, true)
        and coalesce(
            count(*) filter (where r.account_id = p_account_id)
            < p_promotion.maximum_uses_per_account,
            true
        )
    from credits.redemptions as r
    where
        r.code = p_promotion.code
        and r.order_id is distinct from p_except_id
        and (r.lapses_at is null or r.lapses_at > statement_timestamp())
$$;

comment on function credits.has_use_left(credits.promotions, uuid, uuid) is
'Whether an account may use a promotion once more.';

revoke all on function credits.has_use_left(credits.promotions, uuid, uuid)
from public, anon, authenticated, service_role;
