-- Takes in what is told of a chargeback, in whatever order it is told: the latest news stay.
--
-- p_told_at  when it was told; null for how it stands now, which wins over all of the same time,
--            and what is told later wins over that.
-- Returns  applied, ignored (known already, or older), waiting for its payment, or quarantined.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
create or replace function credits.note_chargeback(
    p_provider text,
    p_intent_id text,
    p_chargeback_id text,
    p_amount_cents bigint,
    p_currency text,
    p_status text,
    p_told_at timestamptz
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
    v_old credits.chargebacks;
begin
    if v_problem.state is not null then
        return v_problem;
    elsif credits.chargeback_rank(p_status) is null then
        return ('quarantined', 'unknown status of a chargeback', null)::credits.outcome;
    end if;
    perform credits.lock_payer(v_payment.account_id);
    select c.* into v_old
    from credits.chargebacks as c
    where
        c.account_id = v_payment.account_id and c.provider = p_provider
        and c.id = p_chargeback_id;
    if (
        v_old.told_at, credits.chargeback_rank(v_old.status), v_old.status
    ) >= (
        coalesce(p_told_at, v_old.told_at),
        case when p_told_at is null then 100 else credits.chargeback_rank(p_status) end,
        p_status
    ) then
        return ('ignored', 'known already, or older', null)::credits.outcome;
    end if;
    insert into credits.chargebacks as c (
        account_id, provider, id, payment_id, amount_cents, status, told_at
    )
    values (
        v_payment.account_id, p_provider, p_chargeback_id, v_payment.id, p_amount_cents,
        p_status, coalesce(p_told_at, v_old.told_at, '-infinity')
    )
    on conflict (account_id, provider, id) do update
    set
        amount_cents = excluded.amount_cents,
        status = excluded.status,
        told_at = excluded.told_at;
    if (v_old.status, v_old.amount_cents) = (p_status, p_amount_cents) then
        return ('ignored', 'says nothing new', null)::credits.outcome;
    end if;
    perform credits.settle_returns(v_payment.account_id, p_provider, v_payment.id);
    perform credits.put_notice(
        v_payment.account_id, 'chargeback', p_chargeback_id || ':' || p_status,
        jsonb_build_object(
            'payment_id', v_payment.id, 'status', p_status, 'amount_cents', p_amount_cents,
            'currency', p_currency
        )
    );
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_chargeback(text, text, text, bigint, text, text, timestamptz) is
'Takes in what is told of a chargeback.';

revoke all on function credits.note_chargeback(text, text, text, bigint, text, text, timestamptz)
from public, anon, authenticated, service_role;
