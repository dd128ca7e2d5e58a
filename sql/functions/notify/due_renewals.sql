-- Reminders of the subscriptions that renew or end within three days.
create or replace function credits.due_renewals(p_at timestamptz)
returns table (account_id uuid, topic text, key text, payload jsonb)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        s.account_id,
        'renewal_reminder',
        concat_ws(':', s.provider, s.id, extract(epoch from d.due_at)),
        jsonb_build_object(
            'subscription_id', s.id,
            'plan', s.plan,
            case when d.is_end then 'ends_at' else 'renews_at' end, d.due_at,
            'price_cents', p.price_cents,
            'currency', c.currency
        )
    from credits.subscriptions as s
    cross join lateral (
        select
            least(s.cancel_at, s.current_period_end_at) as due_at,
            credits.next_billing_at(s) is null as is_end
    ) as d
    left join credits.catalogs as c on c.version = credits.version_at(p_at)
    left join credits.plans as p on c.version = p.version and s.plan = p.code
    where
        credits.is_live(s.status)
        and s.livemode = credits.livemode(s.provider)
        and not s.is_paused
        and d.due_at > p_at
        and d.due_at <= p_at + interval '3 days';
$$;

comment on function credits.due_renewals(timestamptz) is
'Reminders of the subscriptions that renew or end within three days.';

revoke all on function credits.due_renewals(timestamptz)
from public, anon, authenticated, service_role;
