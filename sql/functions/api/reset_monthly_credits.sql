-- RPC for the back end; rules, units and errors: credits.reset_monthly_credits.
create or replace function public.reset_monthly_credits(
    at timestamptz default now(),
    batch_size integer default 1000
)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.reset_monthly_credits(at, batch_size);
end;
$$;

comment on function public.reset_monthly_credits(timestamptz, integer) is
'Renews the monthly allowances that are due, each account and period once.';

revoke all on function public.reset_monthly_credits(timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function public.reset_monthly_credits(timestamptz, integer) to service_role;
