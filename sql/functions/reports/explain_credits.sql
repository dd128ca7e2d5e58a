-- Explains an account's balance, or one of its transactions: a support question in one call.
--
-- Returns  without a transaction: the account with what it holds; see explain_account. With one:
--          who paid for what; see explain_transaction.
-- Errors   PT404 account_not_found, transaction_not_found, 22023 account_id_required
create or replace function credits.explain_credits(p_account_id uuid, p_transaction_id bigint)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
begin
    if p_transaction_id is null then
        return credits.explain_account(v_account);
    end if;
    return credits.explain_transaction(
        credits.transaction_row(v_account.id, p_transaction_id)
    );
end;
$$;

comment on function credits.explain_credits(uuid, bigint) is
'Explains an account''s balance, or one of its transactions.';

revoke all on function credits.explain_credits(uuid, bigint)
from public, anon, authenticated, service_role;
grant execute on function credits.explain_credits(uuid, bigint) to service_role;
