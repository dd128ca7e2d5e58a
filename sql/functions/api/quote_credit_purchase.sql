-- RPC for signed-in users and the back end; rules, units and errors: credits.quote_for_caller.
create or replace function public.quote_credit_purchase(
    package text default null,
    plan text default null,
    quantity numeric default null,
    promotion_code text default null,
    account_id uuid default null
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.quote_for_caller(package, plan, quantity, promotion_code, account_id);
end;
$$;

comment on function public.quote_credit_purchase(text, text, numeric, text, uuid) is
'Quotes a purchase of a pack, a plan or a quantity of credits.';

revoke all on function public.quote_credit_purchase(text, text, numeric, text, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.quote_credit_purchase(
    text, text, numeric, text, uuid
) to authenticated, service_role;
