-- Lets a locked account's plan follow its subscriptions.
--
-- The plan is that of what is paid, or of the trial. Where the catalog lets a downgrade count at
-- once, it is the smaller plan from the day of the change. Of several subscriptions the one of the
-- dearest plan counts. When the last one ends, the account is on the free plan, or on none.
--
-- Errors   22023 unknown_plan
-- Locks    none of its own: the caller has locked the account, and shares the catalog.
create or replace function credits.follow_subscriptions(p_account_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_next credits.subscriptions := credits.giving_subscription(p_account_id);
    v_plan credits.plans;
begin
    if v_next.id is not null then
        v_plan := credits.plan_in_force(credits.given_plan(v_next));
        if (v_account.plan, v_account.plan_subscription_id)
            is distinct from (v_plan.code::text, v_next.id)
        then
            perform credits.assign_plan(v_account, v_plan, v_next.id);
        end if;
        perform credits.grant_trial(v_next, v_plan);
    elsif v_account.plan_subscription_id is not null then
        if credits.has_free_plan() then
            perform credits.assign_plan(v_account, credits.plan_in_force('free'));
        else
            update credits.accounts as a
            set
                plan = null,
                plan_subscription_id = null,
                monthly_spend_cap = null,
                monthly_purchase_cap_cents = null,
                requests_per_minute = null
            where a.id = v_account.id;
        end if;
    end if;
end;
$$;

comment on function credits.follow_subscriptions(uuid) is
'Lets a locked account''s plan follow its subscriptions.';

revoke all on function credits.follow_subscriptions(uuid)
from public, anon, authenticated, service_role;
