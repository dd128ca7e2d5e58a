-- Declines an act that waits for a second administrator, or takes one's own back.
--
-- Errors   PT403 admin_only, PT404 act_not_found, PT409 act_not_pending, 22023 reason_required,
--          reason_too_long
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_decline_act(p_act_id uuid, p_reason text)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_reason text := credits.check_reason(p_reason);
    v_act credits.pending_acts := credits.pending_act(p_act_id);
begin
    update credits.pending_acts as a
    set state = 'declined', decided_by = v_actor, decided_at = clock_timestamp()
    where a.account_id = v_act.account_id and a.id = v_act.id
    returning a.* into strict v_act;
    perform credits.write_audit(
        v_act.account_id, v_actor, 'decline_act', v_reason,
        jsonb_build_object('act_id', v_act.id, 'act', v_act.act, 'amount', v_act.amount),
        '{}'
    );
    return credits.show_act(v_act);
end;
$$;

comment on function credits.admin_decline_act(uuid, text) is
'Declines an act that waits for a second administrator.';

revoke all on function credits.admin_decline_act(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_decline_act(uuid, text) to authenticated, service_role;
