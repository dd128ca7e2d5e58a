-- Credits a paid order, once per payment, however often and by however many events it is told.
--
-- The credits bought and the bonus are two grants: the bonus has cost nothing.
--
-- Units    p_amount_cents: what was paid, minor units of p_currency.
-- Returns  null when all is well, else why the payment does not fit the order: nothing is credited.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.settle_payment(
    p_account_id uuid,
    p_order_id uuid,
    p_provider text,
    p_payment_id text,
    p_amount_cents bigint,
    p_currency text
)
returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
    v_account credits.accounts;
    v_transaction credits.transactions;
    v_name text;
    v_key text := 'payment:' || p_provider || ':' || p_payment_id;
    v_request bytea := credits.request_hash(jsonb_build_array('payment', v_key));
begin
    select o.* into v_order
    from credits.orders as o
    where o.account_id = p_account_id and o.id = p_order_id and o.provider = p_provider;
    if not found then
        return 'unknown order';
    elsif (p_amount_cents, p_currency) is distinct from (v_order.total_cents, v_order.currency) then
        return 'amount or currency differs from the order';
    end if;

    v_account := credits.lock_account(p_account_id);
    v_transaction := credits.find_transaction(p_account_id, 'system', v_key, v_request);
    if v_transaction.id is not null then
        return null;
    elsif exists (
        select from credits.payments as p
        where p.account_id = p_account_id and p.order_id = p_order_id
    ) then
        return 'order is paid by another payment';
    end if;

    v_name := coalesce('pack ' || v_order.package, v_order.credits || ' credits');
    v_transaction := credits.post_grant(
        v_account, 'purchase', v_order.credits, 'system', v_key,
        v_request,
        p_is_paid => p_amount_cents > 0,
        p_paid_cents => p_amount_cents,
        p_currency => p_currency,
        p_reference => p_payment_id,
        p_description => 'Purchase: ' || v_name,
        p_price_version => v_order.price_version
    );
    if v_order.bonus_credits > 0 then
        perform credits.post_grant(
            credits.lock_account(p_account_id), 'bonus', v_order.bonus_credits, 'system',
            v_key || ':bonus', v_request,
            p_reference => p_payment_id,
            p_description => 'Bonus: ' || v_name,
            p_price_version => v_order.price_version
        );
    end if;
    insert into credits.payments (
        account_id, id, provider, order_id, amount_cents, currency, transaction_id, paid_at
    )
    values (
        p_account_id, p_payment_id, p_provider, p_order_id, p_amount_cents, p_currency,
        v_transaction.id, v_transaction.created_at
    );
    update credits.redemptions as r
    set lapses_at = null
    where r.account_id = p_account_id and r.order_id = p_order_id;
    update credits.orders as o
    set status = 'paid', paid_at = v_transaction.created_at
    where o.account_id = p_account_id and o.id = p_order_id;
    return null;
end;
$$;

comment on function credits.settle_payment(uuid, uuid, text, text, bigint, text) is
'Credits a paid order, once per payment.';

revoke all on function credits.settle_payment(uuid, uuid, text, text, bigint, text)
from public, anon, authenticated, service_role;
