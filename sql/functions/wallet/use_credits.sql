-- Charges an account for one use of a service, priced by the catalog and never by the caller.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 unknown_service, invalid_quantity,
--          invalid_usage and the limits of texts, and those of next_charge
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.use_credits(
    p_service text,
    p_key text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb,
    p_account_id uuid
)
returns public.credit_charge
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'spend');
    v_user_id uuid := case credits.caller() when 'authenticated' then auth.uid() end;
    v_metadata jsonb := coalesce(p_metadata, '{}');
    v_request bytea;
begin
    p_quantity := coalesce(credits.check_quantity(p_quantity), 1);
    p_usage := credits.check_usage_shape(p_usage);
    p_key := credits.check_texts(p_key, p_service, p_reference, p_description, v_metadata);
    v_request := credits.usage_request(
        null, p_service, p_quantity, p_usage, p_reference, p_description, v_metadata, null
    );
    return credits.post_charge(credits.next_charge(
        credits.lock_account(v_account_id),
        (
            v_account_id, null::bigint, null::timestamptz, v_user_id, null::integer, 'usage',
            null::numeric, null::numeric, null::numeric, coalesce(v_user_id::text, 'service'),
            p_key, v_request, p_service, p_quantity, nullif(p_usage, '{}'), null::numeric,
            p_reference, p_description, nullif(v_metadata, '{}'), null::text, null::jsonb,
            null::bytea
        )::credits.transactions,
        true
    ));
end;
$$;

comment on function credits.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid) is
'Charges an account for one use of a service at the catalog''s price, once per key.';

revoke all on function credits.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.use_credits(
    text, text, numeric, jsonb, text, text, jsonb, uuid
) to authenticated, service_role;
