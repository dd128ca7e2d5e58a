-- The usage in an account's transactions after one id and up to another, by day (UTC), service,
-- who acted and currency. What was paid for the credits of a charge, its grants say: each gives
-- its share of its price, a month's credits of a plan the month's share of the payment, a grant
-- that was given none. A refund takes its share back on the day of
-- the refund.
--
-- Units    earned_cents: minor units of currency, which is '' where nothing was paid; not rounded.
create or replace function credits.usage_between(
    p_account_id uuid,
    p_after_id bigint,
    p_last_id bigint
)
returns setof credits.usage_daily
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with moved as (
        select
            t.id,
            (t.created_at at time zone 'UTC')::date as day,
            coalesce(t.service, '') as service,
            coalesce(t.user_id, '00000000-0000-0000-0000-000000000000') as user_id,
            t.type = 'usage' as is_charge,
            t.quantity,
            t.provider_cost,
            coalesce(r.grants, t.grants) as grants
        from credits.transactions as t
        left join credits.usage_refunds as r on t.account_id = r.account_id and t.id = r.id
        where
            t.account_id = p_account_id
            and t.id > p_after_id
            and t.id <= p_last_id
            and (t.type = 'usage' or r.id is not null)
    ),
    parts as (
        select
            m.day, m.service, m.user_id, m.is_charge, coalesce(p.value::numeric, 0) as amount,
            coalesce(g.currency, b.currency, '') as currency,
            p.value::numeric * coalesce(g.paid_cents, b.cents) / g.amount as cents,
            row_number() over (partition by m.id order by p.key) = 1 as is_first,
            m.quantity, m.provider_cost
        from moved as m
        left join lateral jsonb_each_text(m.grants) as p on true
        left join credits.grants as g
            on g.account_id = p_account_id and p.key::bigint = g.id
        left join lateral (
            select
                y.currency,
                nullif(y.amount_cents, 0) * coalesce(
                    extract(epoch from a.ends_at - a.starts_at)
                    / nullif(extract(epoch from y.period_end_at - y.period_start_at), 0),
                    1
                ) as cents
            from credits.allowances as a
            inner join credits.payments as y
                on a.account_id = y.account_id
                and a.provider = y.provider
                and a.payment_id = y.id
            where a.account_id = g.account_id and a.transaction_id = g.id
        ) as b on b.cents is not null
    )

    select
        p_account_id, p.day, p.service, p.user_id, p.currency,
        count(*) filter (where p.is_charge and p.is_first),
        coalesce(sum(p.amount) filter (where p.is_charge), 0),
        coalesce(sum(p.amount) filter (where p.is_charge and p.cents is null), 0),
        coalesce(sum(p.amount) filter (where not p.is_charge), 0),
        coalesce(sum(p.quantity) filter (where p.is_charge and p.is_first), 0),
        coalesce(sum(p.provider_cost) filter (where p.is_charge and p.is_first), 0),
        coalesce(sum(case when p.is_charge then p.cents else -p.cents end), 0)
    from parts as p
    group by p.day, p.service, p.user_id, p.currency;
$$;

comment on function credits.usage_between(uuid, bigint, bigint) is
'The usage in some of an account''s transactions, by day.';

revoke all on function credits.usage_between(uuid, bigint, bigint)
from public, anon, authenticated, service_role;
