-- RPC for the back end; rules, units and errors: credits.release_expired_holds.
create or replace function public.release_expired_holds(
    at timestamptz default now()
)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.release_expired_holds(at);
end;
$$;

comment on function public.release_expired_holds(timestamptz) is
'Releases the holds that are over, and returns how many.';

revoke all on function public.release_expired_holds(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.release_expired_holds(timestamptz) to service_role;
