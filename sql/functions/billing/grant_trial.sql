-- Grants the trial's credits of a plan, once per account for good; they end with the trial.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.grant_trial(
    p_subscription credits.subscriptions,
    p_plan credits.plans
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_subscription.account_id);
begin
    if p_plan.trial_credits > 0
        and p_subscription.status = 'trialing'
        and p_subscription.trial_end_at > v_account.last_transaction_at
        and not exists (
            select from credits.transactions as t
            where t.account_id = v_account.id and t.key = 'trial' and t.scope = 'system'
        )
    then
        perform credits.post_grant(
            v_account, 'bonus', p_plan.trial_credits, 'system', 'trial',
            credits.request_hash(jsonb_build_array('trial')),
            p_expires_at => p_subscription.trial_end_at,
            p_reference => p_subscription.id,
            p_description => 'Credits of the trial of ' || p_plan.name,
            p_price_version => p_plan.version
        );
    end if;
end;
$$;

comment on function credits.grant_trial(credits.subscriptions, credits.plans) is
'Grants the credits of a trial, once per account.';

revoke all on function credits.grant_trial(credits.subscriptions, credits.plans)
from public, anon, authenticated, service_role;
