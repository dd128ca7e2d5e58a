-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_alerts.
create or replace function public.set_credit_alerts(
    low_balance numeric default null,
    account_id uuid default null
)
returns public.credit_alerts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.set_alerts(low_balance, account_id);
end;
$$;

comment on function public.set_credit_alerts(numeric, uuid) is
'Sets below which balance an account''s owner is told.';

revoke all on function public.set_credit_alerts(numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.set_credit_alerts(numeric, uuid) to authenticated, service_role;
