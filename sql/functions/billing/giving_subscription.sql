-- Which of an account's subscriptions gives it its plan: the one of the dearest plan, then the
-- oldest. All null when none does.
create or replace function credits.giving_subscription(p_account_id uuid)
returns credits.subscriptions
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
    cross join lateral credits.given_plan(s) as g (plan)
    where
        s.account_id = p_account_id
        and s.livemode = credits.livemode(s.provider)
        and g.plan is not null
    order by
        (credits.plan_in_force(g.plan)).price_cents desc nulls last,
        s.created_at,
        s.id
    limit 1;
    return v_subscription;
end;
$$;

comment on function credits.giving_subscription(uuid) is
'Which of an account''s subscriptions gives it its plan.';

revoke all on function credits.giving_subscription(uuid)
from public, anon, authenticated, service_role;
