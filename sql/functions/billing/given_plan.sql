-- The plan that a subscription gives now; null when it gives none: it is not live, or nothing is
-- paid or on trial yet. After a trial it waits for the first payment, as long as it is live.
create or replace function credits.given_plan(p_subscription credits.subscriptions)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if not credits.is_live(p_subscription.status) then
        return null;
    elsif p_subscription.paid_plan is null then
        return case when p_subscription.trial_end_at is not null then p_subscription.plan end;
    elsif p_subscription.plan <> p_subscription.paid_plan
        and (credits.catalog_in_force()).downgrade = 'now'
        and (credits.plan_in_force(p_subscription.plan)).price_cents
        < (credits.plan_in_force(p_subscription.paid_plan)).price_cents
    then
        return p_subscription.plan;
    end if;
    return p_subscription.paid_plan;
end;
$$;

comment on function credits.given_plan(credits.subscriptions) is
'The plan that a subscription gives now, null when it gives none.';

revoke all on function credits.given_plan(credits.subscriptions)
from public, anon, authenticated, service_role;
