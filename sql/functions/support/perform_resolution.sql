-- Resolves a dispute by a refund as an act says: amount, dispute_id.
--
-- Errors   PT409 dispute_not_open, refund_exceeds_paid
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_resolution(
    p_account credits.accounts,
    p_act credits.pending_acts,
    p_actor text
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dispute credits.disputes;
    v_refund credits.transactions;
begin
    select d.* into strict v_dispute
    from credits.disputes as d
    where d.account_id = p_account.id and d.id = (p_act.arguments ->> 'dispute_id')::uuid;
    perform credits.check_open_dispute(v_dispute);
    v_refund := credits.refund_charge(
        p_account,
        credits.transaction_row(p_account.id, v_dispute.transaction_id, 'usage'),
        p_act.amount, p_act.scope, p_act.key, p_act.request, p_act.reason
    );
    perform credits.end_dispute(v_dispute, p_actor, p_act.reason, v_refund);
    return v_refund;
end;
$$;

comment on function credits.perform_resolution(credits.accounts, credits.pending_acts, text) is
'Resolves a dispute by a refund as an act says.';

revoke all on function credits.perform_resolution(credits.accounts, credits.pending_acts, text)
from public, anon, authenticated, service_role;
