-- RPC for the back end; rules, units and errors: credits.balance_at.
create or replace function public.get_credit_balance_at(
    account_id uuid,
    at timestamptz
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.balance_at(account_id, at);
end;
$$;

comment on function public.get_credit_balance_at(uuid, timestamptz) is
'What an account''s balance was at a time.';

revoke all on function public.get_credit_balance_at(uuid, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_balance_at(uuid, timestamptz) to service_role;
