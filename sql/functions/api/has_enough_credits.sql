-- RPC for the signed-in user; rules, units and errors: credits.has_enough.
create or replace function public.has_enough_credits(
    service text,
    quantity numeric default 1,
    usage jsonb default '{}',
    account_id uuid default null
)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.has_enough(service, quantity, usage, account_id);
end;
$$;

comment on function public.has_enough_credits(text, numeric, jsonb, uuid) is
'Whether an account could pay for a use of a service now (advice only).';

revoke all on function public.has_enough_credits(text, numeric, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.has_enough_credits(
    text, numeric, jsonb, uuid
) to authenticated, service_role;
