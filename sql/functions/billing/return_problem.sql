-- Why news of money that went back cannot be taken in: its payment is not known yet, or was in
-- another currency. All null when it can.
create or replace function credits.return_problem(
    p_payment credits.payments,
    p_intent_id text,
    p_currency text
)
returns credits.outcome
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_payment.id is null then
        return ('waiting', 'its payment is not known yet', p_intent_id)::credits.outcome;
    elsif p_currency is distinct from p_payment.currency then
        return ('quarantined', 'currency differs from the payment', null)::credits.outcome;
    end if;
    return null;
end;
$$;

comment on function credits.return_problem(credits.payments, text, text) is
'Why news of money that went back cannot be taken in.';

revoke all on function credits.return_problem(credits.payments, text, text)
from public, anon, authenticated, service_role;
