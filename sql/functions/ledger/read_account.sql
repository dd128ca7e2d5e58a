-- An account as a reader sees it now: holds and credits that have expired are left out, swept or
-- not, and what came back so has repaid debt.
--
-- A user without an account yet reads as zeros; the first write opens it.
--
-- Returns  the account's row, its balance less what is due to expire, its last_transaction_at the
--          time of this reading.
-- Errors   PT404 account_not_found
create or replace function credits.read_account(p_account_id uuid)
returns credits.accounts
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_repaid numeric;
begin
    select a.* into v_account from credits.accounts as a where a.id = p_account_id;
    v_account.last_transaction_at := greatest(clock_timestamp(), v_account.last_transaction_at);
    if v_account.id is not null then
        if v_account.next_expiry_at <= v_account.last_transaction_at then
            v_account.held := v_account.held - (
                select coalesce(sum(r.amount), 0)
                from credits.returning_credits(v_account) as r
            );
            v_account.balance := v_account.balance - (
                select coalesce(sum(g.remaining), 0)
                from credits.open_grants(v_account) as g
                where g.expires_at <= v_account.last_transaction_at
            );
            v_repaid := least(v_account.debt, v_account.balance - v_account.held);
            v_account.debt := v_account.debt - v_repaid;
            v_account.balance := v_account.balance - v_repaid;
        end if;
        return v_account;
    elsif not exists (
        select from auth.users as u where u.id = p_account_id and u.deleted_at is null
    ) then
        raise exception 'account_not_found' using
            errcode = 'PT404',
            hint = 'There is no account of this id that you may use.';
    end if;

    v_account.id := p_account_id;
    v_account.kind := 'personal';
    v_account.owner_id := p_account_id;
    v_account.status := 'active';
    v_account.balance := 0;
    v_account.held := 0;
    v_account.debt := 0;
    v_account.total_purchased := 0;
    v_account.total_spent := 0;
    v_account.month_spent := 0;
    return v_account;
end;
$$;

comment on function credits.read_account(uuid) is
'An account as it stands now; a user''s missing one as zeros.';

revoke all on function credits.read_account(uuid) from public, anon, authenticated, service_role;
