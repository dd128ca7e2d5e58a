-- What is wrong with holds, and with refunds of usage.
--
-- Rules    hold: what its grants gave is its amount, and it has a charge exactly when it is
--          captured. usage_refund: it gave what its transaction says, and all that went back of a
--          charge is, grant by grant, no more than was paid.
create or replace function credits.hold_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select h.account_id, 'hold', format('hold %s of %s is %s', h.id, h.amount, h.state)
    from credits.holds as h
    where
        (h.account_id = p_account_id or p_account_id is null)
        and (
            h.amount <> (
                select coalesce(sum(g.value::numeric), 0) from jsonb_each_text(h.grants) as g
            )
            or (h.state = 'captured') is distinct from exists (
                select from credits.transactions as t
                where
                    t.account_id = h.account_id
                    and t.id = h.transaction_id
                    and t.type in ('usage', 'gift_sent')
            )
            or (h.state = 'open') is distinct from (h.ended_at is null)
        )
    union all
    select r.account_id, 'usage_refund', format(
        'refund %s of charge %s gives %s', r.id, r.transaction_id, r.amount
    )
    from credits.usage_refunds as r
    left join credits.transactions as t on r.account_id = t.account_id and r.id = t.id
    left join credits.transactions as c
        on r.account_id = c.account_id and r.transaction_id = c.id
    where
        (r.account_id = p_account_id or p_account_id is null)
        and (
            (t.type, t.amount, c.type) is distinct from ('refund', r.amount, 'usage')
            or r.amount <> (select sum(g.value::numeric) from jsonb_each_text(r.grants) as g)
            or jsonb_path_exists(
                credits.refundable_grants(c), '$.* ? (@ < 0)'
            )
        )
$$;

comment on function credits.hold_violations(uuid) is
'What is wrong with holds and refunds of usage.';

revoke all on function credits.hold_violations(uuid) from public, anon, authenticated, service_role;
