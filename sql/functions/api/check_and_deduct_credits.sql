-- RPC for the back end: charges an account a stated amount, once per key (credits.deduct_credits).
create or replace function public.check_and_deduct_credits(
    account_id uuid,
    amount numeric,
    key text,
    service text default null,
    quantity numeric default null,
    usage jsonb default '{}',
    reference text default null,
    description text default null,
    metadata jsonb default '{}',
    user_id uuid default null
)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.deduct_credits(
        account_id, amount, key, service, quantity, usage, reference, description, metadata,
        user_id
    );
end;
$$;

comment on function public.check_and_deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) is
'Charges an account a stated amount, once per idempotency key.';

revoke all on function public.check_and_deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) from public, anon, authenticated, service_role;
grant execute on function public.check_and_deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) to service_role;
