-- Refunds a charge for a reason, whole or in part, once per key; see refund_credits.
--
-- p_amount  null for all that is left of the charge.
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, account_closed, 22023 invalid_amount, invalid_key, reason_required,
--           reason_too_long, PT404 account_not_found, transaction_not_found,
--           PT409 refund_exceeds_paid, idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_refund_transaction(
    p_account_id uuid,
    p_transaction_id bigint,
    p_reason text,
    p_key text,
    p_amount numeric
)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
    v_account credits.accounts;
begin
    v_act.act := 'refund_transaction';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    if p_amount is not null then
        p_amount := credits.check_amount(p_amount);
    end if;
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    v_act.arguments := jsonb_build_object('charge_id', p_transaction_id);
    v_act.request := credits.request_hash(jsonb_build_array(
        v_act.act, p_transaction_id, p_amount, v_act.reason
    ));
    v_account := credits.lock_account(p_account_id);
    v_act.amount := coalesce(
        p_amount,
        credits.refundable_credits(
            credits.transaction_row(p_account_id, p_transaction_id, 'usage')
        )
    );
    return credits.run_act(v_account, v_act);
end;
$$;

comment on function credits.admin_refund_transaction(uuid, bigint, text, text, numeric) is
'Refunds a charge for a reason, once per key.';

revoke all on function credits.admin_refund_transaction(uuid, bigint, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_refund_transaction(
    uuid, bigint, text, text, numeric
) to authenticated, service_role;
