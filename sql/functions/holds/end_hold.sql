-- Releases a hold of a locked account: its credits go back to the grants they came from, and a gift
-- is cancelled with it.
--
-- Returns   the account's row as it stands afterwards. Grants that have expired meanwhile and debt
--           are still to be settled: expire_due does.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.end_hold(
    p_account credits.accounts,
    p_hold credits.holds,
    p_reason text
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.holds as h
    set state = 'released', reason = p_reason, ended_at = p_account.last_transaction_at
    where h.account_id = p_hold.account_id and h.id = p_hold.id and h.state = 'open'
    returning h.id into strict p_hold.id;
    update credits.gifts as g
    set state = 'cancelled', ended_at = p_account.last_transaction_at
    where g.account_id = p_hold.account_id and g.id = p_hold.gift_id;
    p_account.held := trim_scale(p_account.held - p_hold.amount);
    p_account := credits.return_credits(p_account, p_hold.grants);
    perform credits.write_ledger(p_account);
    return p_account;
end;
$$;

comment on function credits.end_hold(credits.accounts, credits.holds, text) is
'Releases a hold of a locked account.';

revoke all on function credits.end_hold(credits.accounts, credits.holds, text)
from public, anon, authenticated, service_role;
