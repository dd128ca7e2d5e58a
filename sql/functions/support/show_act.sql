-- An act in its public shape, with the account as it stands. What waited too long has expired.
create or replace function credits.show_act(p_act credits.pending_acts)
returns public.credit_act
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.read_account(p_act.account_id);
begin
    return (
        p_act.id,
        case
            when p_act.state = 'pending' and p_act.expires_at <= clock_timestamp() then 'expired'
            else p_act.state
        end,
        p_act.act, p_act.account_id, p_act.amount, p_act.reason, p_act.transaction_id,
        v_account.balance, v_account.held, trim_scale(v_account.balance - v_account.held),
        p_act.requested_by, p_act.requested_at, p_act.decided_by, p_act.decided_at
    )::public.credit_act;
end;
$$;

comment on function credits.show_act(credits.pending_acts) is
'An act in its public shape.';

revoke all on function credits.show_act(credits.pending_acts)
from public, anon, authenticated, service_role;
