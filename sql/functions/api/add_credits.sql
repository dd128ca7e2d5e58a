-- RPC for the back end; rules, units and errors: credits.add_credits.
create or replace function public.add_credits(
    account_id uuid,
    amount numeric,
    source text,
    key text,
    expires_at timestamptz default null,
    priority integer default null,
    description text default null,
    metadata jsonb default '{}'
)
returns public.credit_grant
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.add_credits(
        account_id, amount, source, key, expires_at, priority, description, metadata
    );
end;
$$;

comment on function public.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) is
'Adds credits to an account, once per idempotency key.';

revoke all on function public.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) from public, anon, authenticated, service_role;
grant execute on function public.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) to service_role;
