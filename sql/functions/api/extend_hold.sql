-- RPC for the back end; rules, units and errors: credits.extend_hold.
create or replace function public.extend_hold(
    account_id uuid,
    hold_id uuid,
    ttl_seconds integer
)
returns public.credit_hold
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.extend_hold(account_id, hold_id, ttl_seconds);
end;
$$;

comment on function public.extend_hold(uuid, uuid, integer) is
'Lets an open hold live longer.';

revoke all on function public.extend_hold(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.extend_hold(uuid, uuid, integer) to service_role;
