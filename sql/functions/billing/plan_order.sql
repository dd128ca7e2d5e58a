-- The open order of a locked account for a plan: the one of before as long as it can be used and is
-- the same, else a new one. The caller reads what is committed: an older snapshot would not see an
-- order of a session that was faster.
create or replace function credits.plan_order(
    p_account_id uuid,
    p_user_id uuid,
    p_provider text,
    p_plan credits.plans
)
returns credits.orders
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
begin
    select o.* into v_order
    from credits.orders as o
    where
        o.account_id = p_account_id
        and o.user_id = p_user_id
        and o.provider = p_provider
        and o.plan = p_plan.code
        and o.price_version = p_plan.version
        and o.status = 'open'
        and o.created_at > clock_timestamp() - interval '22 hours'
    order by o.created_at desc
    limit 1;
    if not found then
        insert into credits.orders (
            account_id, user_id, provider, plan, price_version, credits, bonus_credits,
            total_cents, currency, status, quote
        )
        values (
            p_account_id, p_user_id, p_provider, p_plan.code, p_plan.version,
            p_plan.monthly_credits, 0, p_plan.price_cents, (credits.catalog_in_force()).currency,
            'open',
            credits.quote_purchase(
                credits.lock_account(p_account_id), p_user_id, null, p_plan.code, null, null
            )
        )
        returning * into strict v_order;
    end if;
    return v_order;
end;
$$;

comment on function credits.plan_order(uuid, uuid, text, credits.plans) is
'The open order of a locked account for a plan.';

revoke all on function credits.plan_order(uuid, uuid, text, credits.plans)
from public, anon, authenticated, service_role;
