-- The open order of a locked account for a plan: the one of before as long as it can be used and is
-- the same, else a new one.
--
-- Errors   PT402 purchase_cap_reached, PT403 account_closed
drop function if exists credits.plan_order(uuid, uuid, text, credits.plans);
create or replace function credits.plan_order(
    p_account credits.accounts,
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
    v_quote jsonb;
    v_order credits.orders;
begin
    select o.* into v_order
    from credits.orders as o
    where
        o.account_id = p_account.id
        and o.user_id = p_user_id
        and o.provider = p_provider
        and o.plan = p_plan.code
        and o.price_version = p_plan.version
        and o.status = 'open'
        and o.created_at > clock_timestamp() - interval '22 hours'
    order by o.created_at desc
    limit 1;
    if not found then
        v_quote := credits.quote_purchase(p_account, p_user_id, null, p_plan.code, null, null);
        perform credits.refuse_purchase(p_account, v_quote);
        perform credits.touch_account(p_account.id);
        insert into credits.orders (
            account_id, user_id, provider, plan, price_version, credits, bonus_credits,
            total_cents, currency, status, quote
        )
        values (
            p_account.id, p_user_id, p_provider, p_plan.code, p_plan.version,
            p_plan.monthly_credits, 0, p_plan.price_cents, v_quote ->> 'currency', 'open', v_quote
        )
        returning * into strict v_order;
    end if;
    return v_order;
end;
$$;

comment on function credits.plan_order(credits.accounts, uuid, text, credits.plans) is
'The open order of a locked account for a plan.';

revoke all on function credits.plan_order(credits.accounts, uuid, text, credits.plans)
from public, anon, authenticated, service_role;
