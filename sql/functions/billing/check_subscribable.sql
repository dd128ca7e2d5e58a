-- Refuses a subscription that a locked account cannot begin.
--
-- Returns  the price of the plan at the provider.
-- Errors   22023 plan_not_sold, PT403 account_closed, PT409 plan_not_synced, already_subscribed
create or replace function credits.check_subscribable(
    p_account credits.accounts,
    p_provider text,
    p_plan credits.plans
)
returns credits.provider_prices
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_price credits.provider_prices := credits.price_at(p_provider, 'plan', p_plan.code);
begin
    if p_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif coalesce(p_plan.price_cents, 0) = 0 or p_plan.contact_only then
        raise exception 'plan_not_sold' using
            errcode = '22023',
            detail = jsonb_build_object('plan', p_plan.code)::text,
            hint = 'This plan has no price, or is sold on request.';
    elsif exists (
        select from credits.subscriptions as s
        where
            s.account_id = p_account.id
            and s.livemode = credits.livemode(p_provider)
            and not credits.is_over(s.status)
            and s.status <> 'incomplete'
    ) then
        raise exception 'already_subscribed' using
            errcode = 'PT409',
            hint = 'This account has a subscription: change its plan in the portal.';
    elsif (v_price.amount_cents, v_price.billing_interval, v_price.currency) is distinct from (
        p_plan.price_cents, p_plan.billing_interval, (credits.catalog_in_force()).currency
    ) then
        raise exception 'plan_not_synced' using
            errcode = 'PT409',
            detail = jsonb_build_object('plan', p_plan.code)::text,
            hint = 'The payment provider does not know this price yet: `pgcredits stripe sync`.';
    end if;
    return v_price;
end;
$$;

comment on function credits.check_subscribable(credits.accounts, text, credits.plans) is
'The price of a plan at the provider, or a refusal of the subscription.';

revoke all on function credits.check_subscribable(credits.accounts, text, credits.plans)
from public, anon, authenticated, service_role;
