-- Takes in what is told of one refund of a payment: a failure is final.
--
-- Returns  applied, ignored (known already), waiting for its payment, or quarantined.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
create or replace function credits.note_refund(
    p_provider text,
    p_intent_id text,
    p_refund_id text,
    p_amount_cents bigint,
    p_currency text,
    p_status text
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
    v_is_new boolean;
begin
    if v_problem.state is not null then
        return v_problem;
    end if;
    perform credits.lock_payer(v_payment.account_id);
    insert into credits.refunds as r (
        account_id, provider, id, payment_id, amount_cents, status
    )
    values (
        v_payment.account_id, p_provider, p_refund_id, v_payment.id, p_amount_cents, p_status
    )
    on conflict (account_id, provider, id) do update
    set status = excluded.status, told_at = clock_timestamp()
    where not credits.is_failed(r.status) and r.status <> excluded.status;
    v_is_new := found;
    if credits.settle_returns(v_payment.account_id, p_provider, v_payment.id) or v_is_new then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'known already', null)::credits.outcome;
end;
$$;

comment on function credits.note_refund(text, text, text, bigint, text, text) is
'Takes in what is told of one refund of a payment.';

revoke all on function credits.note_refund(text, text, text, bigint, text, text)
from public, anon, authenticated, service_role;
