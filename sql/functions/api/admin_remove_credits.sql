-- RPC for administrators; rules, units and errors: credits.admin_remove_credits.
create or replace function public.admin_remove_credits(
    account_id uuid,
    amount numeric,
    reason text,
    key text
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_remove_credits(account_id, amount, reason, key);
end;
$$;

comment on function public.admin_remove_credits(uuid, numeric, text, text) is
'Removes credits from an account for a reason, once per key.';

revoke all on function public.admin_remove_credits(uuid, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_remove_credits(
    uuid, numeric, text, text
) to authenticated, service_role;
