-- What this month's roll-up and payments come to.
create or replace function credits.month_totals(p_month_at timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'calls', coalesce(sum(u.calls), 0),
        'spent', coalesce(sum(u.credits), 0),
        'refunded', coalesce(sum(u.refunded), 0),
        'active_accounts', (
            select count(*)
            from credits.accounts as a
            where a.month_spent > 0 and a.month_ends_at > p_month_at
        ),
        'gross_cents', (
            select coalesce(jsonb_object_agg(p.currency, p.cents), '{}')
            from (
                select p.currency, sum(p.amount_cents) as cents
                from credits.payments as p
                inner join credits.providers as v
                    on p.provider = v.provider and p.livemode = v.livemode
                where p.paid_at >= p_month_at
                group by p.currency
            ) as p
        )
    )
    from credits.usage_totals as u
    where u.day >= (p_month_at at time zone 'UTC')::date;
$$;

comment on function credits.month_totals(timestamptz) is
'What this month comes to.';

revoke all on function credits.month_totals(timestamptz)
from public, anon, authenticated, service_role;
