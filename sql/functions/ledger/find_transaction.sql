-- Finds what an idempotency key has already done: the stored transaction, or null for a new key.
--
-- Called under the account's lock and before status, price, cap and rate are looked at, so that a
-- replay is answered as it was then. Holds and transactions share their keys.
--
-- p_request  request_hash() of the operation and its inputs.
-- Errors     PT409 idempotency_key_reused: the key belongs to another request.
drop function if exists credits.find_transaction(uuid, text, text, bytea);
create or replace function credits.find_transaction(
    p_account credits.accounts,
    p_scope text,
    p_key text,
    p_request bytea
)
returns credits.transactions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
begin
    select t.* into v_transaction
    from credits.transactions as t
    where t.account_id = p_account.id and t.key = p_key and t.scope = p_scope;
    if found and v_transaction.request is distinct from p_request
        or v_transaction.id is null and p_account.has_holds and exists (
            select from credits.holds as h
            where h.account_id = p_account.id and h.key = p_key and h.scope = p_scope
        )
    then
        raise exception 'idempotency_key_reused' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'key', p_key, 'transaction_id', v_transaction.id
            )::text,
            hint = 'This key belongs to another request: use a new key for a new request.';
    end if;
    return v_transaction;
end;
$$;

comment on function credits.find_transaction(credits.accounts, text, text, bytea) is
'The transaction that an idempotency key has made, null for a new key, PT409 for another request.';

revoke all on function credits.find_transaction(credits.accounts, text, text, bytea)
from public, anon, authenticated, service_role;
