-- The hash that chains a transaction to the account's previous one: SHA-256 over the previous hash
-- and every column of the row, in a form that no session setting changes.
create or replace function credits.transaction_hash(
    p_previous bytea,
    p_transaction credits.transactions
)
returns bytea
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return sha256(p_previous || convert_to(
        row(
            p_transaction.account_id, p_transaction.id,
            extract(epoch from p_transaction.created_at), p_transaction.user_id,
            p_transaction.price_version, p_transaction.type, p_transaction.amount,
            p_transaction.balance_after, p_transaction.held_after, p_transaction.scope,
            p_transaction.key, encode(p_transaction.request, 'hex'), p_transaction.service,
            p_transaction.quantity, p_transaction.usage, p_transaction.provider_cost,
            p_transaction.reference, p_transaction.description, p_transaction.metadata,
            p_transaction.actor, p_transaction.grants
        )::text,
        'UTF8'
    ));
end;
$$;

comment on function credits.transaction_hash(bytea, credits.transactions) is
'SHA-256 of a transaction and of the hash before it.';

revoke all on function credits.transaction_hash(bytea, credits.transactions)
from public, anon, authenticated, service_role;
