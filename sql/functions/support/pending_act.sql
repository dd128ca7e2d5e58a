-- An act that waits for a second administrator, with its account locked.
--
-- Errors   PT404 act_not_found, PT409 act_not_pending
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.pending_act(p_act_id uuid)
returns credits.pending_acts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
begin
    perform credits.lock_account(a.account_id) from credits.pending_acts as a where a.id = p_act_id;
    select a.* into v_act from credits.pending_acts as a where a.id = p_act_id;
    if not found then
        raise exception 'act_not_found' using
            errcode = 'PT404',
            hint = 'No act of this id waits for a second administrator.';
    elsif v_act.state <> 'pending' or v_act.expires_at <= clock_timestamp() then
        raise exception 'act_not_pending' using
            errcode = 'PT409',
            detail = jsonb_build_object('state', (credits.show_act(v_act)).state)::text,
            hint = 'The act is decided, or has waited for longer than seven days.';
    end if;
    return v_act;
end;
$$;

comment on function credits.pending_act(uuid) is
'An act that waits for a second administrator, or an error.';

revoke all on function credits.pending_act(uuid) from public, anon, authenticated, service_role;
