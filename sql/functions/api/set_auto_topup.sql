-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_auto_topup.
create or replace function public.set_auto_topup(
    enabled boolean,
    threshold numeric default null,
    package text default null,
    monthly_limit_cents bigint default null,
    account_id uuid default null
)
returns public.credit_auto_topup
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.set_auto_topup(enabled, threshold, package, monthly_limit_cents, account_id);
end;
$$;

comment on function public.set_auto_topup(boolean, numeric, text, bigint, uuid) is
'Sets how an account is topped up automatically.';

revoke all on function public.set_auto_topup(boolean, numeric, text, bigint, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.set_auto_topup(
    boolean, numeric, text, bigint, uuid
) to authenticated, service_role;
