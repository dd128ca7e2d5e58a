-- Opens an order for a plan, before anybody is asked to pay: who comes again meanwhile is given the
-- same one. The provider bills the plan by its own price, which `pgcredits stripe sync` has made.
--
-- Returns  provider_key: the idempotency key of the call that creates the checkout. trial_days: 0
--          for an account that had a subscription before. expires_at: when the checkout must end.
-- Errors   22023 unknown_plan, plan_not_sold, PT404 account_not_found, 42501 user_unknown,
--          PT403 account_closed, PT402 purchase_cap_reached, PT409 plan_not_synced,
--          already_subscribed
-- Locks    credits.catalogs, shared; then credits.accounts: one row; until commit.
create or replace function credits.open_subscription_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_plan text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    plan text,
    price_id text,
    trial_days integer,
    expires_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_account credits.accounts;
    v_plan credits.plans;
    v_price credits.provider_prices;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_plan := credits.plan_in_force(p_plan);
    v_account := credits.lock_account(v_account_id);
    v_price := credits.check_subscribable(v_account, p_provider, v_plan);
    v_order := credits.plan_order(v_account, p_user_id, p_provider, v_plan);
    return query select
        v_order.account_id, v_order.id, v_order.provider_key, v_plan.code::text,
        v_price.price_id,
        case
            when exists (
                select from credits.subscriptions as s
                where
                    s.account_id = v_account_id
                    and s.livemode = credits.livemode(p_provider)
            ) then 0
            else v_plan.trial_days
        end,
        v_order.created_at + interval '23 hours';
end;
$$;

comment on function credits.open_subscription_order(uuid, uuid, text, text) is
'Opens an order for a plan.';

revoke all on function credits.open_subscription_order(uuid, uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_subscription_order(
    uuid, uuid, text, text
) to credits_edge, service_role;
