-- RPC for the back end; rules, units and errors: credits.change_plan.
create or replace function public.change_credit_plan(account_id uuid, plan text, key text)
returns public.credit_plan_change
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.change_plan(account_id, plan, key);
end;
$$;

comment on function public.change_credit_plan(uuid, text, text) is
'Changes an account''s plan, once per idempotency key.';

revoke all on function public.change_credit_plan(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.change_credit_plan(uuid, text, text) to service_role;
