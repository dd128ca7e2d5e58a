-- Notes by which payment an invoice was paid: refunds and chargebacks name the payment, not the
-- invoice.
--
-- Returns  applied, ignored (known already), waiting for the invoice, or quarantined.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.link_intent(
    p_provider text,
    p_invoice_id text,
    p_intent_id text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of(p_provider, p_invoice_id);
begin
    if v_account_id is null then
        return ('waiting', 'its invoice is not known yet', p_invoice_id)::credits.outcome;
    elsif not credits.keep_external_id(p_provider, p_intent_id, v_account_id) then
        return ('quarantined', 'the payment is of another account', null)::credits.outcome;
    end if;
    perform credits.lock_account(v_account_id);
    update credits.payments as p
    set intent_id = p_intent_id
    where
        p.account_id = v_account_id and p.provider = p_provider and p.id = p_invoice_id
        and p.intent_id is null;
    if found then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'known already', null)::credits.outcome;
end;
$$;

comment on function credits.link_intent(text, text, text) is
'Notes by which payment an invoice was paid.';

revoke all on function credits.link_intent(text, text, text)
from public, anon, authenticated, service_role;
