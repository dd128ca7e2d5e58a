-- Does an act with money on a locked account, and writes the audit.
--
-- p_actor  who does it: who asked for it, or the second administrator.
-- Returns  the act, with its transaction, done.
-- Errors   those of the ledger: PT402 insufficient_credits, PT403 account_closed,
--          PT404 transaction_not_found, grant_not_found, PT409 refund_exceeds_paid, grant_is_empty,
--          dispute_not_open, 22023 invalid_expiry, balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_act(
    p_account credits.accounts,
    p_act credits.pending_acts,
    p_actor text
)
returns credits.pending_acts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
    v_after credits.accounts;
begin
    if p_account.status = 'closed' and not p_act.act in ('remove_credits', 'void_grant') then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account takes no credits.';
    end if;
    v_transaction := case p_act.act
        when 'add_credits' then credits.perform_addition(p_account, p_act)
        when 'remove_credits' then credits.perform_removal(p_account, p_act)
        when 'void_grant' then credits.perform_void(p_account, p_act)
        when 'refund_transaction' then credits.perform_refund(p_account, p_act)
        when 'resolve_dispute' then credits.perform_resolution(p_account, p_act, p_actor)
    end;
    select a.* into strict v_after from credits.accounts as a where a.id = p_account.id;
    p_act.transaction_id := v_transaction.id;
    p_act.amount := coalesce(abs(v_transaction.amount), 0);
    p_act.state := 'done';
    perform credits.write_audit(
        p_account.id, p_actor, p_act.act, p_act.reason,
        jsonb_build_object('balance', p_account.balance, 'debt', p_account.debt),
        jsonb_build_object(
            'balance', v_after.balance, 'debt', v_after.debt, 'amount', v_transaction.amount,
            'transaction_id', v_transaction.id, 'act_id', p_act.id,
            'requested_by', p_act.requested_by
        ) || p_act.arguments
    );
    return p_act;
end;
$$;

comment on function credits.perform_act(credits.accounts, credits.pending_acts, text) is
'Does an act with money on a locked account.';

revoke all on function credits.perform_act(credits.accounts, credits.pending_acts, text)
from public, anon, authenticated, service_role;
