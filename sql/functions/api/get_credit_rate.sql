-- RPC for signed-in users; rules, units and errors: credits.credit_rate.
create or replace function public.get_credit_rate(quantity numeric default 1)
returns public.credit_rate
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.credit_rate(quantity);
end;
$$;

comment on function public.get_credit_rate(numeric) is
'What one credit costs when so many are bought.';

revoke all on function public.get_credit_rate(numeric)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_rate(numeric) to authenticated, service_role;
