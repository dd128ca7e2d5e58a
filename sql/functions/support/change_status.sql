-- Changes the status of an account for an administrator's reason. An account that has the status
-- keeps it, and its reason. Nobody resumes an account of their own.
--
-- Errors   PT403 admin_only, account_closed, second_admin_required, PT404 account_not_found, 22023
--          reason_required, reason_too_long
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.change_status(
    p_account_id uuid,
    p_status text,
    p_act text,
    p_reason text
)
returns public.credit_account_status
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_reason text := credits.check_reason(p_reason);
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_before text := v_account.status;
begin
    if v_before = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account stays closed.';
    elsif v_before is distinct from p_status then
        if p_status = 'active' and credits.has_part_in(v_account.id, v_actor) then
            raise exception 'second_admin_required' using
                errcode = 'PT403',
                hint = 'Another administrator resumes it: the account is your own.';
        end if;
        update credits.accounts as a
        set
            status = p_status,
            status_reason = v_reason,
            status_changed_at = v_account.last_transaction_at,
            status_changed_by = v_actor
        where a.id = v_account.id
        returning a.* into strict v_account;
        perform credits.write_audit(
            v_account.id, v_actor, p_act, v_reason,
            jsonb_build_object('status', v_before), jsonb_build_object('status', p_status)
        );
    end if;
    return credits.show_account_status(v_account);
end;
$$;

comment on function credits.change_status(uuid, text, text, text) is
'Changes the status of an account for an administrator''s reason.';

revoke all on function credits.change_status(uuid, text, text, text)
from public, anon, authenticated, service_role;
