-- RPC for administrators; rules, units and errors: credits.admin_decline_act.
create or replace function public.admin_decline_act(
    act_id uuid,
    reason text
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_decline_act(act_id, reason);
end;
$$;

comment on function public.admin_decline_act(uuid, text) is
'Declines an act that waits for a second administrator.';

revoke all on function public.admin_decline_act(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_decline_act(uuid, text) to authenticated, service_role;
