-- RPC for administrators; rules, units and errors: credits.admin_approve_act.
create or replace function public.admin_approve_act(
    act_id uuid
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_approve_act(act_id);
end;
$$;

comment on function public.admin_approve_act(uuid) is
'Does an act that has waited for a second administrator.';

revoke all on function public.admin_approve_act(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.admin_approve_act(uuid) to authenticated, service_role;
