-- RPC for the back end; rules, units and errors: credits.capture_credits.
create or replace function public.capture_credits(
    account_id uuid,
    hold_id uuid,
    amount numeric default null,
    usage jsonb default '{}',
    description text default null,
    metadata jsonb default '{}'
)
returns public.credit_capture
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.capture_credits(account_id, hold_id, amount, usage, description, metadata);
end;
$$;

comment on function public.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb) is
'Charges what a held call has cost, and gives the rest of the hold back.';

revoke all on function public.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.capture_credits(
    uuid, uuid, numeric, jsonb, text, jsonb
) to service_role;
