-- RPC for the signed-in user; rules, units and errors: credits.get_summary.
create or replace function public.get_credit_summary(account_id uuid default null)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_summary(account_id);
end;
$$;

comment on function public.get_credit_summary(uuid) is
'Balance, grants, usage of the month and caps in one object.';

revoke all on function public.get_credit_summary(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_summary(uuid) to authenticated, service_role;
