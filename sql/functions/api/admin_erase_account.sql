-- RPC for administrators; rules, units and errors: credits.admin_erase_account.
create or replace function public.admin_erase_account(
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
    return credits.admin_erase_account(account_id, reason);
end;
$$;

comment on function public.admin_erase_account(uuid, text) is
'Erases the person behind an account and closes it.';

revoke all on function public.admin_erase_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_erase_account(uuid, text) to authenticated, service_role;
