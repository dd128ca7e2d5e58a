-- By which payment an invoice was paid, told apart since the version "basil" of Stripe's API.
create or replace function credits.settle_invoice_payment(p_invoice_payment jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_invoice_payment #>> '{payment,payment_intent}' is null then
        return ('ignored', 'not paid by a payment intent', null)::credits.outcome;
    end if;
    return credits.link_intent(
        'stripe',
        p_invoice_payment ->> 'invoice',
        p_invoice_payment #>> '{payment,payment_intent}'
    );
end;
$$;

comment on function credits.settle_invoice_payment(jsonb) is
'Notes by which payment an invoice was paid.';

revoke all on function credits.settle_invoice_payment(jsonb)
from public, anon, authenticated, service_role;
