-- RPC for administrators; rules, units and errors: credits.admin_end_promotion.
create or replace function public.admin_end_promotion(
    code text
)
returns public.credit_promotion
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_end_promotion(code);
end;
$$;

comment on function public.admin_end_promotion(text) is
'Ends a promotion at once.';

revoke all on function public.admin_end_promotion(text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_end_promotion(text) to authenticated, service_role;
