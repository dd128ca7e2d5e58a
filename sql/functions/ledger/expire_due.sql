-- Ends what is over on a locked account: holds give their credits back, then grants expire, then
-- debt is repaid from what came back; who has less now is told.
--
-- p_account  its last_transaction_at is the time of the lock.
-- p_at       what is over by then is due; what is posted is stamped with the time of the lock.
-- Returns    the account's row as it stands afterwards, with a time of its own.
-- Locks      none of its own: the caller has locked the account.
create or replace function credits.expire_due(p_account credits.accounts, p_at timestamptz)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := p_account.last_transaction_at;
begin
    if p_account.debt = 0 and p_account.next_expiry_at > p_at then
        return p_account;
    end if;
    p_account := credits.release_due_holds(p_account, p_at);
    p_account := credits.expire_grants(p_account, p_at);
    if p_account.debt > 0 and p_account.balance > p_account.held then
        perform credits.repay_debt(p_account.id);
        select a.* into strict p_account from credits.accounts as a where a.id = p_account.id;
    end if;
    p_account := credits.tell_expiry(p_account, p_at);
    p_account.last_transaction_at := greatest(v_now, p_account.last_transaction_at);
    return p_account;
end;
$$;

comment on function credits.expire_due(credits.accounts, timestamptz) is
'Ends the holds and grants of a locked account that are over.';

revoke all on function credits.expire_due(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;
