-- Places a hold on a locked account: its credits have left the grants, and count as held until it
-- ends.
--
-- p_account  without the credits in its grants, as burn_grants or take_credits left it.
-- p_hold     what is held, for whom and for what, and p_hold.grants: how much each grant gave.
-- Returns    the hold with its id, and what the account has with it.
-- Locks      none of its own: the caller has locked the account.
create or replace function credits.place_hold(
    p_account credits.accounts,
    p_hold credits.holds
)
returns credits.holds
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    p_account.held := trim_scale(p_account.held + p_hold.amount);
    p_account.has_holds := true;
    p_account.next_expiry_at := least(p_account.next_expiry_at, p_hold.expires_at);
    perform credits.write_ledger(p_account);
    p_hold.account_id := p_account.id;
    p_hold.id := coalesce(p_hold.id, gen_random_uuid());
    p_hold.state := 'open';
    p_hold.created_at := p_account.last_transaction_at;
    p_hold.balance_after := p_account.balance;
    p_hold.held_after := p_account.held;
    insert into credits.holds values (p_hold.*);
    return p_hold;
end;
$$;

comment on function credits.place_hold(credits.accounts, credits.holds) is
'Places a hold on a locked account.';

revoke all on function credits.place_hold(credits.accounts, credits.holds)
from public, anon, authenticated, service_role;
