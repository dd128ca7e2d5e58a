-- RPC for administrators; rules, units and errors: credits.admin_pause_account.
create or replace function public.admin_pause_account(
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
    return credits.admin_pause_account(account_id, reason);
end;
$$;

comment on function public.admin_pause_account(uuid, text) is
'Pauses an account for a reason.';

revoke all on function public.admin_pause_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_pause_account(uuid, text) to authenticated, service_role;
