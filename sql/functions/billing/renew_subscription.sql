-- Grants one subscription the month that holds p_at, by the invoice that paid for it.
--
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.renew_subscription(
    p_account_id uuid,
    p_provider text,
    p_subscription_id text,
    p_at timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subscription credits.subscriptions;
    v_invoice credits.paid_invoice;
begin
    perform credits.lock_account(p_account_id, p_at);
    select s.* into strict v_subscription
    from credits.subscriptions as s
    where s.account_id = p_account_id and s.provider = p_provider and s.id = p_subscription_id;
    if v_subscription.next_allowance_at > p_at or v_subscription.next_allowance_at is null then
        return;
    end if;
    if v_subscription.paid_until_at > p_at then
        select
            p.id, p.intent_id, p.subscription_id, p.plan, false, p.amount_cents, p.currency,
            p.period_start_at, p.period_end_at,
            null::credits.plan_share[]
        into strict v_invoice
        from credits.payments as p
        where
            p.account_id = p_account_id
            and p.provider = p_provider
            and p.subscription_id = p_subscription_id
            and p.period_end_at = v_subscription.paid_until_at
            and p.plan = v_subscription.paid_plan
        order by p.paid_at desc, p.id
        limit 1;
        perform credits.grant_period(p_account_id, p_provider, v_invoice, p_at);
    else
        update credits.subscriptions as s
        set next_allowance_at = null
        where
            s.account_id = p_account_id and s.provider = p_provider
            and s.id = p_subscription_id;
    end if;
end;
$$;

comment on function credits.renew_subscription(uuid, text, text, timestamptz) is
'Grants one subscription the month that holds a time.';

revoke all on function credits.renew_subscription(uuid, text, text, timestamptz)
from public, anon, authenticated, service_role;
