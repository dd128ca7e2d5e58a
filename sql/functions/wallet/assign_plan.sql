-- Puts a locked account on a plan and gives what the plan gives at once: the welcome credits that
-- are still due, and this period's allowance less what was granted for it.
--
-- With its first plan an account claims the free credits of its person: a person's second account
-- has a plan, and none of them. The account's periods are counted in months from the first plan
-- with an allowance, for good: to leave a plan and come back is no way to a second allowance.
--
-- p_subscription_id  the subscription that pays for the plan: its allowances come with its paid
--                    invoices, and the account's own periods rest.
-- Returns  the credits granted.
-- Locks    none of its own: the caller has locked the account.
drop function if exists credits.assign_plan(credits.accounts, credits.plans);
create or replace function credits.assign_plan(
    p_account credits.accounts,
    p_plan credits.plans,
    p_subscription_id text default null
)
returns numeric
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_renewed boolean;
    v_welcome numeric;
begin
    p_account.is_duplicate := p_account.is_duplicate
        or p_account.plan is null and not credits.claim_identity('welcome', p_account);
    v_is_renewed := p_plan.monthly_credits > 0
        and p_subscription_id is null
        and credits.may_have_allowance(p_account, p_plan);
    v_welcome := credits.welcome_due(p_account, p_plan.welcome_credits);
    update credits.accounts as a
    set
        plan = p_plan.code,
        is_duplicate = p_account.is_duplicate,
        monthly_spend_cap = p_plan.monthly_spend_cap,
        monthly_purchase_cap_cents = p_plan.monthly_purchase_cap_cents,
        requests_per_minute = p_plan.requests_per_minute,
        plan_subscription_id = p_subscription_id,
        period_anchor_at = case
            when v_is_renewed then coalesce(a.period_anchor_at, clock_timestamp())
            else a.period_anchor_at
        end,
        period_end_at = case when v_is_renewed then a.period_end_at end
    where a.id = p_account.id;

    if v_welcome > 0 then
        perform credits.post_grant(
            p_account, 'welcome', v_welcome, 'system',
            'welcome:' || p_plan.code || ':' || p_plan.version,
            credits.request_hash(jsonb_build_array('welcome', p_plan.code)),
            p_description => 'Welcome credits of the plan ' || p_plan.name,
            p_price_version => p_plan.version
        );
    end if;
    if v_is_renewed then
        return v_welcome + credits.renew_allowance(
            credits.lock_account(p_account.id), p_plan, clock_timestamp()
        );
    end if;
    return v_welcome;
end;
$$;

comment on function credits.assign_plan(credits.accounts, credits.plans, text) is
'Puts a locked account on a plan and grants what the plan gives at once.';

revoke all on function credits.assign_plan(credits.accounts, credits.plans, text)
from public, anon, authenticated, service_role;
