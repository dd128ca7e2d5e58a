-- RPC for administrators; rules, units and errors: credits.admin_get_account.
create or replace function public.admin_get_account(
    account_id uuid
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_get_account(account_id);
end;
$$;

comment on function public.admin_get_account(uuid) is
'All there is to know of an account on one page.';

revoke all on function public.admin_get_account(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_account(uuid) to authenticated, service_role;
