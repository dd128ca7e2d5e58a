-- What is wrong between payments and the history: every payment has granted its order's credits
-- once, and every grant that was paid by a provider has its payment.
--
-- Rules    payment: the purchase it names exists and has the order's credits. unpaid_order: an
--          order is paid exactly when it has one payment.
create or replace function credits.payment_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p.account_id, 'payment', format('payment %s has no purchase of its order', p.id)
    from credits.payments as p
    inner join credits.orders as o on p.account_id = o.account_id and p.order_id = o.id
    left join credits.transactions as t
        on p.account_id = t.account_id and p.transaction_id = t.id
    where
        (p.account_id = p_account_id or p_account_id is null)
        and (t.type, t.amount, t.reference) is distinct from ('purchase', o.credits, p.id)
    union all
    select o.account_id, 'unpaid_order', format('order %s is %s', o.id, o.status)
    from credits.orders as o
    where
        (o.account_id = p_account_id or p_account_id is null)
        and (o.status = 'paid') is distinct from (
            select count(*) = 1
            from credits.payments as p
            where p.account_id = o.account_id and p.order_id = o.id
        )
$$;

comment on function credits.payment_violations(uuid) is
'What is wrong between payments, orders and the history.';

revoke all on function credits.payment_violations(uuid)
from public, anon, authenticated, service_role;
