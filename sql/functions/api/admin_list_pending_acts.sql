-- RPC for administrators; rules, units and errors: credits.admin_list_pending_acts.
create or replace function public.admin_list_pending_acts()
returns setof public.credit_act
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_pending_acts() as r;
end;
$$;

comment on function public.admin_list_pending_acts() is
'The acts that wait for a second administrator.';

revoke all on function public.admin_list_pending_acts()
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_pending_acts() to authenticated, service_role;
