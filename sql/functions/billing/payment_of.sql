-- The payment that a refund or a chargeback names; all null for one that is not known.
create or replace function credits.payment_of(p_provider text, p_intent_id text)
returns credits.payments
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments;
begin
    select p.* into v_payment
    from credits.payments as p
    where
        p.account_id = credits.account_of(p_provider, p_intent_id)
        and p.provider = p_provider
        and p.intent_id = p_intent_id;
    return v_payment;
end;
$$;

comment on function credits.payment_of(text, text) is
'The payment that a refund or a chargeback names.';

revoke all on function credits.payment_of(text, text)
from public, anon, authenticated, service_role;
