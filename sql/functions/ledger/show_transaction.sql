-- A transaction in its public shape: with the balance before it and the plain word for its type.
create or replace function credits.show_transaction(p_transaction credits.transactions)
returns public.credit_transaction
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        p_transaction.id, p_transaction.account_id, p_transaction.user_id, p_transaction.type,
        credits.transaction_word(p_transaction.type), p_transaction.amount,
        trim_scale(p_transaction.balance_after - p_transaction.amount),
        p_transaction.balance_after, p_transaction.service, p_transaction.quantity,
        p_transaction.description, p_transaction.reference,
        coalesce(p_transaction.metadata, '{}'), p_transaction.created_at
    )::public.credit_transaction;
end;
$$;

comment on function credits.show_transaction(credits.transactions) is
'A transaction in its public shape.';

revoke all on function credits.show_transaction(credits.transactions)
from public, anon, authenticated, service_role;
