-- Charges an account for usage, once per key: the core of use_credits and deduct_credits.
--
-- Without an amount the catalog in force prices the service. A replay is answered before status,
-- price and cap are looked at, with the stored cost and balance of then.
--
-- Errors   PT409 idempotency_key_reused, PT403 account_paused, account_closed,
--          PT402 insufficient_credits, spend_cap_reached, and those of price_usage
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.post_usage(
    p_account_id uuid,
    p_scope text,
    p_key text,
    p_request bytea,
    p_user_id uuid,
    p_amount numeric,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb
)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_transaction credits.transactions;
    v_price_version integer;
    v_provider_cost numeric;
begin
    v_transaction := credits.find_transaction(p_account_id, p_scope, p_key, p_request);
    if v_transaction.id is null then
        if p_amount is null then
            select p.cost, p.version, p.provider_cost
            into strict p_amount, v_price_version, v_provider_cost
            from credits.price_usage(
                p_service, p_quantity, p_usage, v_account.last_transaction_at
            ) as p;
        end if;
        -- A counter of last month is too high at most: check_can_spend looks closer.
        if v_account.status <> 'active'
            or p_amount > v_account.monthly_spend_cap - v_account.month_spent
        then
            p_amount := credits.check_can_spend(v_account, p_amount);
        end if;
        v_transaction := credits.post_transaction(
            v_account, 'usage', -p_amount, p_scope, p_key, p_request,
            p_user_id => p_user_id,
            p_service => p_service,
            p_quantity => p_quantity,
            p_usage => nullif(p_usage, '{}'),
            p_price_version => v_price_version,
            p_reference => p_reference,
            p_description => p_description,
            p_metadata => nullif(p_metadata, '{}'),
            p_provider_cost => v_provider_cost
        );
    end if;
    return (
        v_transaction.id, -v_transaction.amount, v_transaction.balance_after,
        v_transaction.held_after, v_transaction.balance_after - v_transaction.held_after
    )::public.credit_charge;
end;
$$;

comment on function credits.post_usage(
    uuid, text, text, bytea, uuid, numeric, text, numeric, jsonb, text, text, jsonb
) is
'Charges an account for usage, once per key.';

revoke all on function credits.post_usage(
    uuid, text, text, bytea, uuid, numeric, text, numeric, jsonb, text, text, jsonb
) from public, anon, authenticated, service_role;
