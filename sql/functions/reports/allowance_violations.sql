-- What is wrong with what invoices gave.
--
-- Rules    allowance: the allowances noted, and the transactions that granted credits by an invoice
--          of a subscription, are the same.
create or replace function credits.allowance_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(a.account_id, t.account_id), 'allowance', format(
        'transaction %s is not the allowance of invoice %s',
        coalesce(a.transaction_id, t.id), a.payment_id
    )
    from (
        select a.*, p.subscription_id as paid_subscription_id
        from credits.allowances as a
        left join credits.payments as p
            on
                a.account_id = p.account_id and a.provider = p.provider
                and a.payment_id = p.id
        where a.account_id = p_account_id or p_account_id is null
    ) as a
    full join (
        select t.*
        from credits.transactions as t
        where
            t.type = 'allowance'
            and t.scope = 'system'
            and t.key like 'invoice:%'
            and (t.account_id = p_account_id or p_account_id is null)
    ) as t on a.account_id = t.account_id and a.transaction_id = t.id
    where (a.credits, a.payment_id, a.subscription_id) is distinct from (
        t.amount, t.reference, a.paid_subscription_id
    )
$$;

comment on function credits.allowance_violations(uuid) is
'What is wrong with what invoices gave.';

revoke all on function credits.allowance_violations(uuid)
from public, anon, authenticated, service_role;
