-- Does an act that has waited for a second administrator. What refuses it now leaves it waiting.
--
-- Errors   PT403 admin_only, second_admin_required, PT404 act_not_found, PT409 act_not_pending, and
--          those of perform_act
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_approve_act(p_act_id uuid)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_act credits.pending_acts := credits.pending_act(p_act_id);
begin
    if v_act.requested_by = v_actor or credits.has_part_in(v_act.account_id, v_actor) then
        raise exception 'second_admin_required' using
            errcode = 'PT403',
            hint = 'Another administrator approves it, for whom the account is not the own.';
    end if;
    v_act := credits.perform_act(
        credits.lock_account(v_act.account_id), v_act, v_actor
    );
    update credits.pending_acts as a
    set
        state = 'done',
        amount = v_act.amount,
        transaction_id = v_act.transaction_id,
        decided_by = v_actor,
        decided_at = clock_timestamp()
    where a.account_id = v_act.account_id and a.id = v_act.id
    returning a.* into strict v_act;
    return credits.show_act(v_act);
end;
$$;

comment on function credits.admin_approve_act(uuid) is
'Does an act that has waited for a second administrator.';

revoke all on function credits.admin_approve_act(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_approve_act(uuid) to authenticated, service_role;
