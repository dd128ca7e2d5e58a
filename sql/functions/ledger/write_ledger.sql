-- Writes a locked account's row as the ledger has moved it, and appends the transactions that
-- moved it: the only writer of balances and of the history. Whose balance falls below a threshold
-- is told; but for what expires, of which expire_due tells.
--
-- p_account       what it holds, its head grant, where its history stands, and its counters; as the
--                 last of the transactions left it.
-- p_transactions  as next_transaction made them, one after the other; null where credits went
--                 between grants and holds only.
-- Locks           none of its own: the caller has locked the account.
create or replace function credits.write_ledger(
    p_account credits.accounts,
    p_transactions credits.transactions[] default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_level integer := case
        when p_transactions[1].type = 'expiry'
            then least(p_account.alert_level, credits.alert_level(p_account))
        else credits.alert_level(p_account)
    end;
begin
    with appended as (
        insert into credits.transactions select t.* from unnest(p_transactions) as t
    )

    update credits.accounts as a
    set
        balance = p_account.balance,
        held = p_account.held,
        head_grant_id = p_account.head_grant_id,
        head_remaining = p_account.head_remaining,
        next_expiry_at = p_account.next_expiry_at,
        last_transaction_id = p_account.last_transaction_id,
        last_transaction_at = p_account.last_transaction_at,
        last_hash = p_account.last_hash,
        total_purchased = p_account.total_purchased,
        total_spent = p_account.total_spent,
        month_spent = p_account.month_spent,
        month_ends_at = p_account.month_ends_at,
        has_holds = p_account.has_holds,
        requested_at = p_account.requested_at,
        default_low_balance = p_account.default_low_balance,
        alert_level = v_level
    where a.id = p_account.id;
    if v_level > p_account.alert_level
        and p_account.balance < p_transactions[1].balance_after - p_transactions[1].amount
    then
        p_account.alert_level := v_level;
        perform credits.tell_low_balance(p_account);
    end if;
end;
$$;

comment on function credits.write_ledger(credits.accounts, credits.transactions[]) is
'Writes a locked account''s row and appends the transactions that moved it.';

revoke all on function credits.write_ledger(credits.accounts, credits.transactions[])
from public, anon, authenticated, service_role;
