-- Grants what an order is for: the credits bought, and the bonus, which has cost nothing.
--
-- Returns  the transaction of the credits bought.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.grant_order(p_order credits.orders, p_payment_id text)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text := 'payment:' || p_order.provider || ':' || p_payment_id;
    v_request bytea := credits.request_hash(jsonb_build_array('payment', v_key));
    v_name text := coalesce('pack ' || p_order.package, p_order.credits || ' credits');
    v_transaction credits.transactions;
begin
    v_transaction := credits.post_grant(
        credits.lock_account(p_order.account_id), 'purchase', p_order.credits, 'system', v_key,
        v_request,
        p_is_paid => p_order.total_cents > 0,
        p_paid_cents => p_order.total_cents,
        p_currency => p_order.currency,
        p_reference => p_payment_id,
        p_description => 'Purchase: ' || v_name,
        p_price_version => p_order.price_version
    );
    if p_order.bonus_credits > 0 then
        perform credits.post_grant(
            credits.lock_account(p_order.account_id), 'bonus', p_order.bonus_credits, 'system',
            v_key || ':bonus', v_request,
            p_reference => p_payment_id,
            p_description => 'Bonus: ' || v_name,
            p_price_version => p_order.price_version
        );
    end if;
    return v_transaction;
end;
$$;

comment on function credits.grant_order(credits.orders, text) is
'Grants the credits and the bonus of an order.';

revoke all on function credits.grant_order(credits.orders, text)
from public, anon, authenticated, service_role;
