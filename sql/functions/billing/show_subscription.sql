-- An account's subscription as its user sees it: the one that gives the plan, else the latest that
-- has not ended.
--
-- Returns  {"plan", "status", "current_period_start_at", "current_period_end_at", "cancel_at",
--          "is_paused", "trial_end_at", "paid_until_at", "next_billing_at"}; null without one.
--          next_billing_at is null when it will not be billed again.
create or replace function credits.show_subscription(p_account_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subscription credits.subscriptions;
begin
    select s.* into v_subscription
    from credits.subscriptions as s
    inner join credits.accounts as a on s.account_id = a.id
    where
        s.account_id = p_account_id
        and s.livemode = credits.livemode(s.provider)
        and not credits.is_over(s.status)
    order by s.id = a.plan_subscription_id desc nulls last, s.created_at desc, s.id
    limit 1;
    if not found then
        return null;
    end if;
    return jsonb_build_object(
        'plan', coalesce(v_subscription.paid_plan, v_subscription.plan),
        'status', v_subscription.status,
        'current_period_start_at', v_subscription.current_period_start_at,
        'current_period_end_at', v_subscription.current_period_end_at,
        'cancel_at', v_subscription.cancel_at,
        'is_paused', v_subscription.is_paused,
        'trial_end_at', v_subscription.trial_end_at,
        'paid_until_at', v_subscription.paid_until_at,
        'next_billing_at', credits.next_billing_at(v_subscription)
    );
end;
$$;

comment on function credits.show_subscription(uuid) is
'An account''s subscription as its user sees it.';

revoke all on function credits.show_subscription(uuid)
from public, anon, authenticated, service_role;
