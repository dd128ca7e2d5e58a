-- Takes in how much of a payment is refunded in all, as the provider counts it: the largest total
-- counts, for totals are told late and in any order.
--
-- Returns  applied, ignored (known already), waiting for its payment, or quarantined.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
create or replace function credits.note_refunded_total(
    p_provider text,
    p_intent_id text,
    p_total_cents bigint,
    p_currency text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_of(p_provider, p_intent_id);
    v_problem credits.outcome := credits.return_problem(v_payment, p_intent_id, p_currency);
begin
    if v_problem.state is not null then
        return v_problem;
    end if;
    perform credits.lock_payer(v_payment.account_id);
    update credits.payments as p
    set refunded_cents = p_total_cents
    where
        p.account_id = v_payment.account_id and p.provider = p_provider and p.id = v_payment.id
        and p.refunded_cents < p_total_cents;
    if not found then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    perform credits.settle_returns(v_payment.account_id, p_provider, v_payment.id);
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_refunded_total(text, text, bigint, text) is
'Takes in how much of a payment is refunded in all.';

revoke all on function credits.note_refunded_total(text, text, bigint, text)
from public, anon, authenticated, service_role;
