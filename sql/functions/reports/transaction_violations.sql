-- What is wrong within the history: gaps, sums, order in time, hashes, and allocations to grants.
--
-- Rules    sequence: ids count from 1 without gaps. running_balance: each balance is the one before
--          plus the amount. time_order: time never goes back. hash_chain: every hash fits the row
--          and the one before. allocation: the grants named add up to the amount.
create or replace function credits.transaction_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with history as (
        select
            t.account_id,
            t.id,
            t.amount,
            t.balance_after,
            t.created_at,
            t.hash,
            lag(t.id, 1, 0::bigint) over w as id_before,
            lag(t.balance_after, 1, 0::numeric) over w as balance_before,
            lag(t.created_at) over w as created_before,
            credits.transaction_hash(lag(t.hash, 1, '\x') over w, t) as expected_hash,
            (select sum(g.value::numeric) from jsonb_each_text(t.grants) as g) as allocated
        from credits.transactions as t
        where t.account_id = p_account_id or p_account_id is null
        window w as (partition by t.account_id order by t.id)
    )

    select h.account_id, c.rule, format('transaction %s: %s', h.id, c.detail)
    from history as h
    cross join lateral (
        values
        ('sequence', h.id <> h.id_before + 1, format('follows %s', h.id_before)),
        (
            'running_balance',
            h.balance_after is distinct from h.balance_before + h.amount,
            format('%s + %s is not %s', h.balance_before, h.amount, h.balance_after)
        ),
        ('time_order', h.created_at < h.created_before, format('before %s', h.created_before)),
        ('hash_chain', h.hash is distinct from h.expected_hash, 'the hash does not fit'),
        (
            'allocation',
            coalesce(h.allocated, 0) <> abs(h.amount),
            format('grants add up to %s, amount is %s', h.allocated, h.amount)
        )
    ) as c (rule, is_broken, detail)
    where c.is_broken
$$;

comment on function credits.transaction_violations(uuid) is
'What is wrong within the history of transactions.';

revoke all on function credits.transaction_violations(uuid)
from public, anon, authenticated, service_role;
