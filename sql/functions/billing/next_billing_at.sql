-- When a subscription is charged next, as far as it is known; null when it is not: it is over or
-- paused, or ends with its period or before.
create or replace function credits.next_billing_at(p_subscription credits.subscriptions)
returns timestamptz
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_subscription.current_period_end_at
    where
        credits.is_live(p_subscription.status)
        and not p_subscription.is_paused
        and not (
            p_subscription.is_cancelling
            and coalesce(p_subscription.cancel_at <= p_subscription.current_period_end_at, true)
        )
$$;

comment on function credits.next_billing_at(credits.subscriptions) is
'When a subscription is charged next; null when it is not.';

revoke all on function credits.next_billing_at(credits.subscriptions)
from public, anon, authenticated, service_role;
