-- What is wrong with disputes.
--
-- Rules    dispute: what a dispute gave back is its refund of the charge, approved with one and
--          rejected, withdrawn or open without.
create or replace function credits.dispute_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select d.account_id, 'dispute', format(
        'dispute %s is %s with %s, its refund is %s', d.id, d.status, d.refunded, r.amount
    )
    from credits.disputes as d
    left join credits.usage_refunds as r
        on
            d.account_id = r.account_id
            and d.refund_transaction_id = r.id
            and d.transaction_id = r.transaction_id
    where
        (d.account_id = p_account_id or p_account_id is null)
        and (
            d.refunded <> coalesce(r.amount, 0)
            or (d.status in ('approved', 'partially_approved')) <> (d.refunded > 0)
        )
$$;

comment on function credits.dispute_violations(uuid) is
'What is wrong with disputes.';

revoke all on function credits.dispute_violations(uuid)
from public, anon, authenticated, service_role;
