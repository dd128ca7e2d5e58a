-- RPC for the back end; rules, units and errors: credits.run_maintenance.
create or replace function public.run_credit_maintenance(at timestamptz default now())
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.run_maintenance(at);
end;
$$;

comment on function public.run_credit_maintenance(timestamptz) is
'All that a scheduler has to do.';

revoke all on function public.run_credit_maintenance(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.run_credit_maintenance(timestamptz) to service_role;
