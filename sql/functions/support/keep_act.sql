-- Keeps an act: for a second administrator, and tells them; or one that is done, for its key.
--
-- Returns  the act, with its id; it waits for seven days.
create or replace function credits.keep_act(p_act credits.pending_acts)
returns credits.pending_acts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.touch_account(p_act.account_id);
    insert into credits.pending_acts as a (
        account_id, act, scope, key, request, amount, reason, arguments, requested_by, requested_at,
        expires_at, state
    )
    values (
        p_act.account_id, p_act.act, p_act.scope, p_act.key, p_act.request, p_act.amount,
        p_act.reason, p_act.arguments, p_act.requested_by, p_act.requested_at,
        p_act.requested_at + interval '7 days', coalesce(p_act.state, 'pending')
    )
    returning a.* into strict p_act;
    if p_act.state = 'done' then
        return p_act;
    end if;
    perform credits.write_audit(
        p_act.account_id, p_act.requested_by, 'request_' || p_act.act, p_act.reason, '{}',
        jsonb_build_object('act_id', p_act.id, 'amount', p_act.amount) || p_act.arguments
    );
    perform credits.put_notice(
        null, 'act_pending', p_act.id::text,
        jsonb_build_object(
            'act_id', p_act.id, 'act', p_act.act, 'account_id', p_act.account_id,
            'amount', p_act.amount, 'reason', p_act.reason, 'requested_by', p_act.requested_by
        )
    );
    return p_act;
end;
$$;

comment on function credits.keep_act(credits.pending_acts) is
'Keeps an act for a second administrator.';

revoke all on function credits.keep_act(credits.pending_acts)
from public, anon, authenticated, service_role;
