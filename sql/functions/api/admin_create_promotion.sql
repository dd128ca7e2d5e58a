-- RPC for administrators; rules, units and errors: credits.admin_create_promotion.
create or replace function public.admin_create_promotion(
    promotion jsonb
)
returns public.credit_promotion
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_create_promotion(promotion);
end;
$$;

comment on function public.admin_create_promotion(jsonb) is
'Creates a promotion.';

revoke all on function public.admin_create_promotion(jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.admin_create_promotion(jsonb) to authenticated, service_role;
