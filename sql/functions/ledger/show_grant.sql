-- A granting transaction in its public shape. Where its credits repaid debt at once, the balance is
-- the one after that.
create or replace function credits.show_grant(p_transaction credits.transactions)
returns public.credit_grant
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_balance numeric;
begin
    select t.balance_after into v_balance
    from credits.transactions as t
    where
        t.account_id = p_transaction.account_id
        and t.id = p_transaction.id + 1
        and t.scope = 'system'
        and t.key = 'repayment:' || p_transaction.id;
    v_balance := coalesce(v_balance, p_transaction.balance_after);
    return (
        p_transaction.id, p_transaction.id, p_transaction.amount, v_balance,
        p_transaction.held_after, v_balance - p_transaction.held_after
    )::public.credit_grant;
end;
$$;

comment on function credits.show_grant(credits.transactions) is
'A granting transaction in its public shape.';

revoke all on function credits.show_grant(credits.transactions)
from public, anon, authenticated, service_role;
