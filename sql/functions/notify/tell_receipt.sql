-- Tells an account's owner that a payment has come in, with its receipt. What cost nothing is not
-- told.
create or replace function credits.tell_receipt(p_payment credits.payments)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
begin
    if p_payment.amount_cents = 0 then
        return;
    end if;
    select o.* into v_order
    from credits.orders as o
    where o.account_id = p_payment.account_id and o.id = p_payment.order_id;
    perform credits.put_notice(
        p_payment.account_id, 'receipt', p_payment.provider || ':' || p_payment.id,
        jsonb_build_object(
            'payment_id', p_payment.id, 'order_id', p_payment.order_id,
            'package', v_order.package, 'plan', p_payment.plan,
            'credits', v_order.credits, 'bonus_credits', v_order.bonus_credits,
            'lines', coalesce(v_order.quote -> 'lines', '[]'),
            'total_cents', p_payment.amount_cents, 'currency', p_payment.currency,
            'paid_at', p_payment.paid_at, 'period_end_at', p_payment.period_end_at
        )
    );
end;
$$;

comment on function credits.tell_receipt(credits.payments) is
'Tells an account''s owner that a payment has come in.';

revoke all on function credits.tell_receipt(credits.payments)
from public, anon, authenticated, service_role;
