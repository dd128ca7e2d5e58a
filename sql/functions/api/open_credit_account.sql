-- RPC for the back end; rules, units and errors: credits.open_account.
create or replace function public.open_credit_account(
    user_id uuid default null,
    external_id text default null,
    email text default null,
    plan text default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.open_account(user_id, external_id, email, plan);
end;
$$;

comment on function public.open_credit_account(uuid, text, text, text) is
'Opens the account of a user or of an external id, if it is missing.';

revoke all on function public.open_credit_account(uuid, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.open_credit_account(uuid, text, text, text) to service_role;
