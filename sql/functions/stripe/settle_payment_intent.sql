-- A payment of an order has come in, whoever tells it first, the session or the payment; or an
-- automatic top-up could not be paid. What buyers try on the pay page is no news until they
-- succeed.
create or replace function credits.settle_payment_intent(p_type text, p_intent jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.as_uuid(p_intent #>> '{metadata,account_id}');
    v_order_id uuid := credits.as_uuid(p_intent #>> '{metadata,order_id}');
begin
    if v_account_id is null or v_order_id is null then
        return ('ignored', 'no order in the metadata', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(
        credits.account_of('stripe', p_intent ->> 'customer'), v_account_id
    ) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif p_type = 'payment_intent.succeeded' then
        return credits.settle_payment(
            v_account_id, v_order_id, 'stripe', p_intent ->> 'id',
            (p_intent ->> 'amount_received')::bigint, p_intent ->> 'currency'
        );
    end if;
    return credits.end_topup(
        v_account_id, v_order_id,
        case
            when p_intent #>> '{last_payment_error,code}' = 'authentication_required'
                then 'requires_action'
            else 'declined'
        end
    );
end;
$$;

comment on function credits.settle_payment_intent(text, jsonb) is
'Settles a payment of an order, or a top-up that could not be paid.';

revoke all on function credits.settle_payment_intent(text, jsonb)
from public, anon, authenticated, service_role;
