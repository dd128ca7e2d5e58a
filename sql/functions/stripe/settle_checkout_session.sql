-- A checkout session has ended: the order that its metadata names (the edge wrote it) is paid when
-- Stripe says so; one that pays later is told again when it has. A session for a plan is only done
-- with: its invoices are paid.
drop function if exists credits.settle_checkout_session(jsonb);
create or replace function credits.settle_checkout_session(p_type text, p_session jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.as_uuid(p_session #>> '{metadata,account_id}');
    v_order_id uuid := credits.as_uuid(p_session #>> '{metadata,order_id}');
begin
    if v_account_id is null or v_order_id is null then
        return ('quarantined', 'no order in the metadata', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(
        credits.account_of('stripe', p_session ->> 'customer'), v_account_id
    ) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif p_type = 'checkout.session.expired' then
        return credits.end_order(v_account_id, v_order_id, 'expired');
    elsif p_type = 'checkout.session.async_payment_failed' then
        return credits.end_order(v_account_id, v_order_id, 'failed');
    elsif p_session ->> 'mode' = 'subscription' then
        return credits.end_order(v_account_id, v_order_id, 'completed');
    elsif p_session ->> 'mode' is distinct from 'payment' then
        return ('ignored', 'no payment', null)::credits.outcome;
    elsif p_session ->> 'payment_status' in ('paid', 'no_payment_required') then
        return credits.settle_payment(
            v_account_id, v_order_id, 'stripe',
            coalesce(p_session ->> 'payment_intent', p_session ->> 'id'),
            (p_session ->> 'amount_total')::bigint,
            p_session ->> 'currency'
        );
    end if;
    return ('ignored', 'not paid yet', null)::credits.outcome;
end;
$$;

comment on function credits.settle_checkout_session(text, jsonb) is
'Settles the order of a checkout session that has ended.';

revoke all on function credits.settle_checkout_session(text, jsonb)
from public, anon, authenticated, service_role;
