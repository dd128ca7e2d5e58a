-- Appends one transaction to an account and moves its balance.
--
-- The caller has locked the account's row by lock_account, whose time stamps the transaction, and
-- has settled who may do this, under which key, and at what price. Credits that are spent without
-- naming grants leave them in burn-down order here; a caller that touches grants of its own choice
-- passes the changed account, and what each grant gave or got in p_grants.
--
-- Units    p_amount: credits; positive adds, negative takes.
-- Returns  the transaction; its id is the next of the account's own sequence.
-- Errors   PT402 insufficient_credits, 22023 balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
drop function if exists credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb
);
create or replace function credits.post_transaction(
    p_account credits.accounts,
    p_type text,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_grants jsonb default null,
    p_user_id uuid default null,
    p_service text default null,
    p_quantity numeric default null,
    p_usage jsonb default null,
    p_price_version integer default null,
    p_reference text default null,
    p_description text default null,
    p_metadata jsonb default null,
    p_provider_cost numeric default null
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_next credits.next_transaction;
begin
    v_next := credits.next_transaction(
        p_account,
        (
            p_account.id, null::bigint, null::timestamptz, p_user_id, p_price_version, p_type,
            p_amount, null::numeric, null::numeric, p_scope, p_key, p_request, p_service,
            p_quantity, p_usage, p_provider_cost, p_reference, p_description, p_metadata,
            null::text, p_grants, null::bytea
        )::credits.transactions
    );
    perform credits.write_ledger(v_next.account, array[v_next.transaction]);
    return v_next.transaction;
end;
$$;

comment on function credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb, numeric
) is
'Appends one transaction to a locked account and moves its balance.';

revoke all on function credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb, numeric
) from public, anon, authenticated, service_role;
