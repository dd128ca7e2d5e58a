-- What is wrong between an account's row and its history, holds and grants.
--
-- Rules    balance, head: the row stands where its last transaction left it. held: open holds add
--          up. debt: what clawbacks left open, less repayments; none beside available credits.
--          open_grants: what remains in grants is what is available. totals: the counters are the
--          sums of the history. stray: transactions have an account.
create or replace function credits.account_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with sums as (
        select
            t.account_id,
            max(t.id) as last_id,
            max(t.created_at) as last_at,
            sum(t.amount) as balance,
            -coalesce(sum(t.amount) filter (where t.type = 'usage'), 0) as spent,
            coalesce(sum(t.amount) filter (where t.type = 'purchase'), 0) as purchased,
            sum((t.metadata ->> 'debt_change')::numeric) filter (
                where t.type in ('clawback', 'reinstatement')
            ) as debt
        from credits.transactions as t
        where t.account_id = p_account_id or p_account_id is null
        group by t.account_id
    )

    select coalesce(a.id, s.account_id), c.rule, c.detail
    from credits.accounts as a
    full join sums as s on a.id = s.account_id
    left join credits.transactions as l on a.id = l.account_id and a.last_transaction_id = l.id
    cross join lateral (
        values
        ('stray', a.id is null, 'transactions without an account'),
        (
            'balance',
            a.balance is distinct from coalesce(s.balance, 0),
            format('the row has %s, the history %s', a.balance, s.balance)
        ),
        (
            'head',
            (a.last_transaction_id, a.last_hash) is distinct from
            (coalesce(s.last_id, 0), coalesce(l.hash, '\x')),
            format('the row ends at %s, the history at %s', a.last_transaction_id, s.last_id)
        ),
        (
            'totals',
            (a.total_spent, a.total_purchased) is distinct from
            (coalesce(s.spent, 0), coalesce(s.purchased, 0)),
            format('the row has spent %s, the history %s', a.total_spent, s.spent)
        ),
        (
            'debt',
            a.debt is distinct from coalesce(s.debt, 0) or a.debt < 0,
            format('the row has %s, the history %s', a.debt, s.debt)
        ),
        (
            'debt_beside_credits',
            a.debt > 0 and a.balance > a.held,
            format('%s beside %s available', a.debt, a.balance - a.held)
        ),
        (
            'held',
            a.held <> (
                select coalesce(sum(h.amount), 0)
                from credits.holds as h
                where h.account_id = a.id and h.state = 'open'
            ),
            format('the row has %s', a.held)
        ),
        (
            'open_grants',
            a.balance - a.held <> (
                select coalesce(sum(g.remaining), 0) from credits.open_grants(a) as g
            ),
            format('%s available', a.balance - a.held)
        )
    ) as c (rule, is_broken, detail)
    where c.is_broken and (a.id = p_account_id or p_account_id is null)
$$;

comment on function credits.account_violations(uuid) is
'What is wrong between an account''s row and its history, holds and grants.';

revoke all on function credits.account_violations(uuid)
from public, anon, authenticated, service_role;
