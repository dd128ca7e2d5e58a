-- What is wrong with the daily usage of all accounts together.
--
-- Rules    usage_totals: it is the sum of what the accounts used.
create or replace function credits.total_violations()
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select null::uuid, 'usage_totals', format(
        '%s %s: %s credits and %s back, the accounts have %s and %s',
        coalesce(t.day, u.day), coalesce(t.service, u.service), t.credits, t.refunded, u.credits,
        u.refunded
    )
    from credits.usage_totals as t
    full join (
        select
            d.day, d.service, d.currency, sum(d.calls) as calls, sum(d.credits) as credits,
            sum(d.refunded) as refunded, sum(d.earned_cents) as earned_cents
        from credits.usage_daily as d
        group by d.day, d.service, d.currency
    ) as u on t.day = u.day and t.service = u.service and t.currency = u.currency
    where
        (t.calls, t.credits, t.refunded, t.earned_cents)
        is distinct from (u.calls, u.credits, u.refunded, u.earned_cents)
$$;

comment on function credits.total_violations() is
'What is wrong with the daily usage of all accounts together.';

revoke all on function credits.total_violations() from public, anon, authenticated, service_role;
