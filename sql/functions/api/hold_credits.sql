-- RPC for the back end; rules, units and errors: credits.hold_credits.
create or replace function public.hold_credits(
    account_id uuid,
    key text,
    amount numeric default null,
    service text default null,
    quantity numeric default null,
    usage jsonb default '{}',
    ttl_seconds integer default 900,
    reference text default null,
    metadata jsonb default '{}',
    user_id uuid default null,
    partial boolean default false
)
returns public.credit_hold
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.hold_credits(
        account_id, key, amount, service, quantity, usage, ttl_seconds, reference, metadata,
        user_id, partial
    );
end;
$$;

comment on function public.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) is
'Holds credits for a call whose cost is known afterwards, once per key.';

revoke all on function public.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) from public, anon, authenticated, service_role;
grant execute on function public.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) to service_role;
