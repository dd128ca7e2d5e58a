-- RPC for a signed-in user; rules, units and errors: credits.list_my_accounts.
create or replace function public.list_my_credit_accounts()
returns setof public.credit_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_my_accounts() as r;
end;
$$;

comment on function public.list_my_credit_accounts() is
'The accounts of the signed-in user, the personal one first.';

revoke all on function public.list_my_credit_accounts()
from public, anon, authenticated, service_role;
grant execute on function public.list_my_credit_accounts() to authenticated;
