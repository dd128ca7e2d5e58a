-- RPC for the back end; rules, units and errors: credits.release_credits.
create or replace function public.release_credits(
    account_id uuid,
    hold_id uuid,
    reason text default null
)
returns public.credit_hold
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.release_credits(account_id, hold_id, reason);
end;
$$;

comment on function public.release_credits(uuid, uuid, text) is
'Releases a hold.';

revoke all on function public.release_credits(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.release_credits(uuid, uuid, text) to service_role;
