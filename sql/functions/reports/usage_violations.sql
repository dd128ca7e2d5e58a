-- What is wrong with the daily usage of accounts that are rolled up.
--
-- Rules    usage: what was charged and refunded up to where the roll-up stands is what the history
--          says.
create or replace function credits.usage_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select r.account_id, 'usage', format(
        'rolled up %s charged and %s refunded, the history has %s and %s',
        u.credits, u.refunded, h.credits, h.refunded
    )
    from credits.rollups as r
    cross join lateral (
        select coalesce(sum(d.credits), 0) as credits, coalesce(sum(d.refunded), 0) as refunded
        from credits.usage_daily as d
        where d.account_id = r.account_id
    ) as u
    cross join lateral (
        select
            coalesce(-sum(t.amount) filter (where t.type = 'usage'), 0) as credits,
            coalesce(sum(t.amount) filter (where exists (
                select from credits.usage_refunds as f
                where f.account_id = t.account_id and f.id = t.id
            )), 0) as refunded
        from credits.transactions as t
        where t.account_id = r.account_id and t.id <= r.last_transaction_id
    ) as h
    where
        (r.account_id = p_account_id or p_account_id is null)
        and (u.credits, u.refunded) <> (h.credits, h.refunded)
$$;

comment on function credits.usage_violations(uuid) is
'What is wrong with the daily usage.';

revoke all on function credits.usage_violations(uuid)
from public, anon, authenticated, service_role;
