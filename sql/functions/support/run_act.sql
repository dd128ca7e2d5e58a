-- Does an act with money, once per key of the account, or keeps it for a second administrator.
--
-- p_act    act, scope and key, request, amount (what it moves), reason, arguments and requested_by.
-- Errors   PT409 idempotency_key_reused, and those of perform_act
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.run_act(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kept credits.pending_acts;
    v_done credits.transactions;
begin
    p_act.account_id := p_account.id;
    p_act.requested_at := p_account.last_transaction_at;
    select a.* into v_kept
    from credits.pending_acts as a
    where a.account_id = p_account.id and a.scope = p_act.scope and a.key = p_act.key;
    if v_kept.request = p_act.request then
        return credits.show_act(v_kept);
    elsif v_kept.id is not null then
        raise exception 'idempotency_key_reused' using
            errcode = 'PT409',
            detail = jsonb_build_object('key', p_act.key, 'act_id', v_kept.id)::text,
            hint = 'This key belongs to another request: use a new key for a new request.';
    end if;

    v_done := credits.find_transaction(p_account, p_act.scope, p_act.key, p_act.request);
    if v_done.id is not null then
        p_act.state := 'done';
        p_act.amount := abs(v_done.amount);
        p_act.transaction_id := v_done.id;
        p_act.requested_at := v_done.created_at;
        p_act.requested_by := credits.who_did(p_account.id, v_done.id);
    elsif credits.needs_second(p_account, p_act.requested_by, p_act.amount) then
        p_act := credits.keep_act(p_act);
    else
        p_act := credits.perform_act(p_account, p_act, p_act.requested_by);
        if p_act.transaction_id is null then
            p_act := credits.keep_act(p_act);    -- No transaction keeps its key.
        end if;
    end if;
    return credits.show_act(p_act);
end;
$$;

comment on function credits.run_act(credits.accounts, credits.pending_acts) is
'Does an act with money, or keeps it for a second administrator.';

revoke all on function credits.run_act(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;
