-- Appends one transaction to an account and moves its balance: the only writer of either.
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
    v_burnt credits.burnt_grants;
    v_transaction credits.transactions;
begin
    if p_grants is null then
        if p_account.head_remaining >= -p_amount and p_amount < 0 then
            p_account.head_remaining := trim_scale(p_account.head_remaining + p_amount);
            p_grants := jsonb_build_object(p_account.head_grant_id, -p_amount);
        else
            v_burnt := credits.burn_grants(p_account, -p_amount);
            p_account := v_burnt.account;
            p_grants := v_burnt.grants;
        end if;
    end if;
    if p_account.balance + p_amount > 1e15 then
        raise exception 'balance_out_of_bounds' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1e15)::text,
            hint = 'An account holds at most 10^15 credits.';
    end if;

    v_transaction := (
        p_account.id, p_account.last_transaction_id + 1,
        p_account.last_transaction_at, p_user_id, p_price_version, p_type, p_amount,
        trim_scale(p_account.balance + p_amount), p_account.held, p_scope, p_key, p_request,
        p_service, p_quantity, p_usage, p_provider_cost, p_reference, p_description, p_metadata,
        null::text, p_grants, null::bytea
    );
    v_transaction.hash := credits.transaction_hash(p_account.last_hash, v_transaction);
    insert into credits.transactions values (v_transaction.*);

    if p_account.last_transaction_at >= p_account.month_ends_at then
        p_account.month_spent := 0;
        p_account.month_ends_at := credits.month_end(p_account.last_transaction_at);
    end if;
    update credits.accounts as a
    set
        balance = v_transaction.balance_after,
        head_grant_id = p_account.head_grant_id,
        head_remaining = p_account.head_remaining,
        next_expiry_at = p_account.next_expiry_at,
        last_transaction_id = v_transaction.id,
        last_transaction_at = v_transaction.created_at,
        last_hash = v_transaction.hash,
        total_purchased = a.total_purchased
            + case when p_type = 'purchase' then p_amount else 0 end,
        total_spent = a.total_spent - case when p_type = 'usage' then p_amount else 0 end,
        month_spent = p_account.month_spent - case when p_type = 'usage' then p_amount else 0 end,
        month_ends_at = p_account.month_ends_at
    where a.id = p_account.id;
    return v_transaction;
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
