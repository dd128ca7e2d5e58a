-- Resumes a paused account for a reason.
--
-- Errors   PT403 admin_only, account_closed, PT404 account_not_found, 22023 reason_required,
--          reason_too_long
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_resume_account(p_account_id uuid, p_reason text)
returns public.credit_account_status
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    return credits.change_status(p_account_id, 'active', 'resume_account', p_reason);
end;
$$;

comment on function credits.admin_resume_account(uuid, text) is
'Resumes a paused account for a reason.';

revoke all on function credits.admin_resume_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_resume_account(uuid, text) to authenticated, service_role;
