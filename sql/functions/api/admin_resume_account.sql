-- RPC for administrators; rules, units and errors: credits.admin_resume_account.
create or replace function public.admin_resume_account(
    account_id uuid,
    reason text
)
returns public.credit_account_status
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_resume_account(account_id, reason);
end;
$$;

comment on function public.admin_resume_account(uuid, text) is
'Resumes a paused account for a reason.';

revoke all on function public.admin_resume_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_resume_account(uuid, text) to authenticated, service_role;
