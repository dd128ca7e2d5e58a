-- Disputes a charge of usage. A charge is disputed once, unless the first was withdrawn; the same
-- again is a replay. Members dispute their own charges, who manages the account all of them.
--
-- Units    p_requested_refund: credits; null for all that was not refunded yet.
-- Errors   42501 not_signed_in, PT404 account_not_found, transaction_not_found, 22023
--          account_id_required, invalid_reason, description_required, description_too_long,
--          invalid_amount, PT409 dispute_exists, refund_exceeds_paid, too_many_disputes
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.submit_dispute(
    p_transaction_id bigint,
    p_reason text,
    p_description text,
    p_requested_refund numeric,
    p_account_id uuid
)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'spend');
    v_charge credits.transactions;
    v_dispute credits.disputes;
begin
    perform credits.check_dispute(p_reason, p_description);
    if p_requested_refund is not null then
        p_requested_refund := credits.check_amount(p_requested_refund);
    end if;
    perform credits.lock_account(v_account_id);
    v_charge := credits.disputable_charge(v_account_id, p_transaction_id);
    select d.* into v_dispute
    from credits.disputes as d
    where
        d.account_id = v_account_id
        and d.transaction_id = p_transaction_id
        and d.status <> 'withdrawn';
    if found then
        perform credits.check_same_dispute(
            v_dispute, p_reason, p_description, p_requested_refund
        );
        return credits.show_dispute(v_dispute);
    end if;
    perform credits.check_refund(
        v_charge, credits.refundable_grants(v_charge),
        coalesce(p_requested_refund, credits.refundable_credits(v_charge))
    );
    perform credits.check_open_disputes(v_account_id);
    perform credits.touch_account(v_account_id);
    insert into credits.disputes as d (
        account_id, transaction_id, user_id, reason, description, requested_refund
    )
    values (
        v_account_id, p_transaction_id, credits.acting_user_id(), p_reason, p_description,
        coalesce(p_requested_refund, credits.refundable_credits(v_charge))
    )
    returning d.* into strict v_dispute;
    perform credits.put_notice(
        null, 'dispute_submitted', v_dispute.id::text, credits.dispute_payload(v_dispute)
    );
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.submit_dispute(bigint, text, text, numeric, uuid) is
'Disputes a charge of usage.';

revoke all on function credits.submit_dispute(bigint, text, text, numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.submit_dispute(
    bigint, text, text, numeric, uuid
) to authenticated, service_role;
