-- RPC for the signed-in user; rules, units and errors: credits.get_balance.
create or replace function public.get_credit_balance(account_id uuid default null)
returns public.credit_balance
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_balance(account_id);
end;
$$;

comment on function public.get_credit_balance(uuid) is
'What an account holds now.';

revoke all on function public.get_credit_balance(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_balance(uuid) to authenticated, service_role;
