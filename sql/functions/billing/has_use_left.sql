-- Whether an account may use a promotion once more: paid orders have used it, and those that may
-- still be paid hold a use. Who buys for several accounts has one account's uses in all, and an
-- administrator none of their own promotions.
--
-- p_user_id    who buys; null for nobody in particular.
-- p_except_id  an order that does not count, or null.
drop function if exists credits.has_use_left(credits.promotions, uuid, uuid);
create or replace function credits.has_use_left(
    p_promotion credits.promotions,
    p_account_id uuid,
    p_user_id uuid,
    p_except_id uuid
)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        coalesce(p_promotion.created_by <> 'user:' || p_user_id, true)
        and coalesce(count(*) < p_promotion.maximum_uses, true)
        and coalesce(
            count(*) filter (where r.account_id = p_account_id or o.user_id = p_user_id)
            < p_promotion.maximum_uses_per_account,
            true
        )
    from credits.redemptions as r
    left join credits.orders as o on r.account_id = o.account_id and r.order_id = o.id
    where
        r.code = p_promotion.code
        and (p_except_id is null or r.order_id is distinct from p_except_id)
        and (r.lapses_at is null or r.lapses_at > statement_timestamp())
$$;

comment on function credits.has_use_left(credits.promotions, uuid, uuid, uuid) is
'Whether an account may use a promotion once more.';

revoke all on function credits.has_use_left(credits.promotions, uuid, uuid, uuid)
from public, anon, authenticated, service_role;
