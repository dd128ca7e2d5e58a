-- Charges an account a stated amount, for the application's back end.
--
-- Units    p_amount: credits, above 0, at most nine places.
-- Errors   22023 invalid_amount, invalid_quantity, invalid_usage, invalid_key and the other limits
--          of texts, PT404 account_not_found, and those of next_charge
create or replace function credits.deduct_credits(
    p_account_id uuid,
    p_amount numeric,
    p_key text,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb,
    p_user_id uuid
)
returns public.credit_charge
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_request bytea;
begin
    p_amount := credits.check_amount(p_amount);
    if p_quantity is not null or p_usage is distinct from '{}' then
        p_quantity := credits.check_quantity(p_quantity);
        p_usage := credits.check_usage_shape(p_usage);
    end if;
    p_key := credits.check_texts(p_key, p_service, p_reference, p_description, p_metadata);
    v_request := credits.usage_request(
        p_amount, p_service, p_quantity, p_usage, p_reference, p_description, p_metadata, p_user_id
    );
    return credits.post_charge(credits.next_charge(
        credits.lock_account(p_account_id),
        (
            p_account_id, null::bigint, null::timestamptz, p_user_id, null::integer, 'usage',
            -p_amount, null::numeric, null::numeric, 'service', p_key, v_request, p_service,
            p_quantity, nullif(p_usage, '{}'), null::numeric, p_reference, p_description,
            nullif(p_metadata, '{}'), null::text, null::jsonb, null::bytea
        )::credits.transactions,
        true
    ));
end;
$$;

comment on function credits.deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) is
'Charges an account a stated amount, once per key.';

revoke all on function credits.deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) from public, anon, authenticated, service_role;
grant execute on function credits.deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) to service_role;
