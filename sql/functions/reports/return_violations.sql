-- What is wrong with what went back of payments.
--
-- Rules    returned: each grant of a payment has given up its share of the money that went back.
--          clawback: clawbacks and the transactions that took credits of a payment's grant are the
--          same. reinstatement: what came back of a grant is what the history gave back.
create or replace function credits.return_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with moves as (
        select
            t.*,
            (t.metadata ->> 'grant_id')::bigint as grant_id,
            abs(t.amount) + abs((t.metadata ->> 'debt_change')::numeric) as moved
        from credits.transactions as t
        where
            t.type in ('clawback', 'reinstatement')
            and t.metadata ? 'grant_id'
            and (t.account_id = p_account_id or p_account_id is null)
    )

    select d.account_id, 'returned', format(
        'payment %s: grant %s has %s still to give back', p.id, d.grant_id, d.amount
    )
    from credits.payments as p
    cross join lateral credits.due_returns(p) as d
    where (p.account_id = p_account_id or p_account_id is null) and d.amount <> 0
    union all
    select coalesce(c.account_id, m.account_id), 'clawback', format(
        'transaction %s took %s of %s', coalesce(c.transaction_id, m.id), m.moved, c.amount
    )
    from credits.clawbacks as c
    full join (select m.* from moves as m where m.type = 'clawback') as m
        on c.account_id = m.account_id and c.transaction_id = m.id
    where
        coalesce(c.account_id = p_account_id or p_account_id is null, true)
        and (c.grant_id, c.amount, c.debt) is distinct from (
            m.grant_id, m.moved, (m.metadata ->> 'debt_change')::numeric
        )
    union all
    select coalesce(c.account_id, m.account_id), 'reinstatement', format(
        'grant %s: %s came back, the history says %s',
        coalesce(c.grant_id, m.grant_id), c.reinstated, m.moved
    )
    from (
        select c.account_id, c.grant_id, sum(c.reinstated) as reinstated
        from credits.clawbacks as c
        where c.account_id = p_account_id or p_account_id is null
        group by c.account_id, c.grant_id
    ) as c
    full join (
        select m.account_id, m.grant_id, sum(m.moved) as moved
        from moves as m
        where m.type = 'reinstatement'
        group by m.account_id, m.grant_id
    ) as m on c.account_id = m.account_id and c.grant_id = m.grant_id
    where coalesce(c.reinstated, 0) <> coalesce(m.moved, 0)
$$;

comment on function credits.return_violations(uuid) is
'What is wrong with what went back of payments.';

revoke all on function credits.return_violations(uuid)
from public, anon, authenticated, service_role;
