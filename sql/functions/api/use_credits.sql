-- RPC for the signed-in user; rules, units and errors: credits.use_credits.
create or replace function public.use_credits(
    service text,
    key text,
    quantity numeric default 1,
    usage jsonb default '{}',
    reference text default null,
    description text default null,
    metadata jsonb default '{}',
    account_id uuid default null
)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.use_credits(
        service, key, quantity, usage, reference, description, metadata, account_id
    );
end;
$$;

comment on function public.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid) is
'Charges an account for one use of a service at the catalog''s price, once per idempotency key.';

revoke all on function public.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.use_credits(
    text, text, numeric, jsonb, text, text, jsonb, uuid
) to authenticated, service_role;
