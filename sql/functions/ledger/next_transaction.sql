-- The next transaction of a locked account, and the account after it: nothing of the account's row
-- or its history is written here.
--
-- Credits that are spent without naming grants leave them in burn-down order; see post_transaction.
--
-- p_transaction  without its place in the history: id, times, balances and hash are set here.
-- Errors   PT402 insufficient_credits, 22023 balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.next_transaction(
    p_account credits.accounts,
    p_transaction credits.transactions
)
returns credits.next_transaction
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount numeric := p_transaction.amount;
    v_burnt credits.burnt_grants;
begin
    if p_transaction.grants is null then
        if p_account.head_remaining >= -v_amount and v_amount < 0 then
            p_account.head_remaining := trim_scale(p_account.head_remaining + v_amount);
            p_transaction.grants := jsonb_build_object(p_account.head_grant_id, -v_amount);
        else
            v_burnt := credits.burn_grants(p_account, -v_amount);
            p_account := v_burnt.account;
            p_transaction.grants := v_burnt.grants;
        end if;
    end if;
    if p_account.balance + v_amount > 1e15 then
        raise exception 'balance_out_of_bounds' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1e15)::text,
            hint = 'An account holds at most 10^15 credits.';
    end if;

    p_account.last_transaction_id := p_account.last_transaction_id + 1;
    p_account.balance := trim_scale(p_account.balance + v_amount);
    p_transaction.account_id := p_account.id;
    p_transaction.id := p_account.last_transaction_id;
    p_transaction.created_at := p_account.last_transaction_at;
    p_transaction.balance_after := p_account.balance;
    p_transaction.held_after := p_account.held;
    p_transaction.hash := credits.transaction_hash(p_account.last_hash, p_transaction);
    p_account.last_hash := p_transaction.hash;

    if p_account.last_transaction_at >= p_account.month_ends_at then
        p_account.month_spent := 0;
        p_account.month_ends_at := credits.month_end(p_account.last_transaction_at);
    end if;
    if p_transaction.type = 'usage' then
        p_account.total_spent := p_account.total_spent - v_amount;
        p_account.month_spent := p_account.month_spent - v_amount;
    elsif p_transaction.type = 'purchase' then
        p_account.total_purchased := p_account.total_purchased + v_amount;
    end if;
    return (p_account, p_transaction)::credits.next_transaction;
end;
$$;

comment on function credits.next_transaction(credits.accounts, credits.transactions) is
'The next transaction of a locked account, and the account after it.';

revoke all on function credits.next_transaction(credits.accounts, credits.transactions)
from public, anon, authenticated, service_role;
