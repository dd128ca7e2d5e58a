-- RPC for the back end; rules, units and errors: credits.expire_credits.
create or replace function public.expire_credits(at timestamptz default now())
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.expire_credits(at);
end;
$$;

comment on function public.expire_credits(timestamptz) is
'Takes expired credits out of the balances.';

revoke all on function public.expire_credits(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.expire_credits(timestamptz) to service_role;
