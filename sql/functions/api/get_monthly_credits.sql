-- RPC for the back end; rules, units and errors: credits.monthly_credits.
create or replace function public.get_monthly_credits(plan text)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.monthly_credits(plan);
end;
$$;

comment on function public.get_monthly_credits(text) is
'The monthly allowance of a plan in credits.';

revoke all on function public.get_monthly_credits(text)
from public, anon, authenticated, service_role;
grant execute on function public.get_monthly_credits(text) to service_role;
