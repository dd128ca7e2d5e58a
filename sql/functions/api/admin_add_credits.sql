-- RPC for administrators; rules, units and errors: credits.admin_add_credits.
create or replace function public.admin_add_credits(
    account_id uuid,
    amount numeric,
    reason text,
    key text,
    source text default 'bonus',
    expires_at timestamptz default null
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_add_credits(account_id, amount, reason, key, source, expires_at);
end;
$$;

comment on function public.admin_add_credits(uuid, numeric, text, text, text, timestamptz) is
'Adds credits to an account for a reason, once per key.';

revoke all on function public.admin_add_credits(uuid, numeric, text, text, text, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_add_credits(
    uuid, numeric, text, text, text, timestamptz
) to authenticated, service_role;
