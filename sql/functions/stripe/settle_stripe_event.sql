-- What a type of Stripe event means: the only place that knows.
--
-- Errors   whatever its rule raises: the event has failed then.
drop function if exists credits.settle_stripe_event(jsonb);
create or replace function credits.settle_stripe_event(p_event jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type text := p_event ->> 'type';
    v_object jsonb := p_event #> '{data,object}';
    v_told_at timestamptz := to_timestamp((p_event ->> 'created')::bigint);
begin
    if (p_event -> 'livemode') <> to_jsonb(credits.livemode('stripe')) then
        return ('quarantined', 'test and live mode do not mix', null)::credits.outcome;
    end if;
    return case
        when v_type in (
            'checkout.session.completed', 'checkout.session.async_payment_succeeded',
            'checkout.session.async_payment_failed', 'checkout.session.expired'
        ) then credits.settle_checkout_session(v_type, v_object)
        when v_type in (
            'payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.canceled'
        ) then credits.settle_payment_intent(v_type, v_object)
        when v_type in (
            'customer.subscription.created', 'customer.subscription.updated',
            'customer.subscription.deleted', 'customer.subscription.paused',
            'customer.subscription.resumed'
        ) then credits.settle_subscription(v_type, v_object, v_told_at, p_event ->> 'id')
        when v_type in ('invoice.paid', 'invoice.payment_succeeded')
            then credits.settle_paid_invoice(v_object)
        when v_type = 'invoice.payment_failed' then credits.settle_failed_invoice(v_object)
        when v_type = 'invoice_payment.paid' then credits.settle_invoice_payment(v_object)
        when v_type in ('charge.succeeded', 'charge.refunded')
            then credits.settle_charge(v_type, v_object)
        when v_type in (
            'refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'
        ) then credits.settle_refund(v_object)
        when v_type in (
            'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed',
            'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated'
        ) then credits.settle_dispute(v_object, v_told_at)
        when v_type = 'customer.deleted'
            then credits.forget_customer('stripe', v_object ->> 'id')
        else ('ignored', 'no rule for this type', null)::credits.outcome
    end;
end;
$$;

comment on function credits.settle_stripe_event(jsonb) is
'Hands a Stripe event to the rule for its type.';

revoke all on function credits.settle_stripe_event(jsonb)
from public, anon, authenticated, service_role;
