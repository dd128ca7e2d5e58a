-- Credits a paid order, once per payment, however often and by however many events it is told.
--
-- The credits bought and the bonus are two grants: the bonus has cost nothing.
--
-- p_payment_id  what refunds and chargebacks will name it by.
-- Units    p_amount_cents: what was paid, minor units of p_currency.
-- Returns  applied, ignored (it is credited already), or quarantined, for a payment that does not
--          fit its order: nothing is credited.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
drop function if exists credits.settle_payment(uuid, uuid, text, text, bigint, text);
create or replace function credits.settle_payment(
    p_account_id uuid,
    p_order_id uuid,
    p_provider text,
    p_payment_id text,
    p_amount_cents bigint,
    p_currency text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
    v_transaction credits.transactions;
begin
    select o.* into v_order
    from credits.orders as o
    where o.account_id = p_account_id and o.id = p_order_id and o.provider = p_provider;
    if not found then
        return ('quarantined', 'unknown order', null)::credits.outcome;
    elsif v_order.plan is not null then
        return ('quarantined', 'the order is for a plan', null)::credits.outcome;
    elsif (p_amount_cents, p_currency) is distinct from (v_order.total_cents, v_order.currency) then
        return (
            'quarantined', 'amount or currency differs from the order', null
        )::credits.outcome;
    end if;

    perform credits.lock_payer(p_account_id);
    if exists (
        select from credits.payments as p
        where
            p.account_id = p_account_id and p.provider = p_provider and p.id = p_payment_id
            and p.order_id = p_order_id
    ) then
        return ('ignored', 'known already', null)::credits.outcome;
    elsif exists (
        select from credits.payments as p
        where p.account_id = p_account_id and p.order_id = p_order_id
    ) then
        return ('quarantined', 'order is paid by another payment', null)::credits.outcome;
    elsif not credits.keep_external_id(p_provider, p_payment_id, p_account_id) then
        return ('quarantined', 'the payment is of another account', null)::credits.outcome;
    end if;

    v_transaction := credits.grant_order(v_order, p_payment_id);
    insert into credits.payments (
        account_id, id, provider, order_id, amount_cents, currency, transaction_id, paid_at,
        intent_id, livemode
    )
    values (
        p_account_id, p_payment_id, p_provider, p_order_id, p_amount_cents, p_currency,
        v_transaction.id, v_transaction.created_at, p_payment_id, credits.livemode(p_provider)
    );
    update credits.redemptions as r
    set lapses_at = null
    where r.account_id = p_account_id and r.order_id = p_order_id;
    update credits.orders as o
    set status = 'paid', paid_at = v_transaction.created_at
    where o.account_id = p_account_id and o.id = p_order_id;
    if v_order.is_topup then
        update credits.auto_topups as t
        set declines = 0, failures = 0, next_attempt_at = '-infinity'
        where t.account_id = p_account_id;
    end if;
    perform credits.reward_referral(p), credits.tell_receipt(p)
    from credits.payment_row(p_account_id, p_provider, p_payment_id) as p;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.settle_payment(uuid, uuid, text, text, bigint, text) is
'Credits a paid order, once per payment.';

revoke all on function credits.settle_payment(uuid, uuid, text, text, bigint, text)
from public, anon, authenticated, service_role;
