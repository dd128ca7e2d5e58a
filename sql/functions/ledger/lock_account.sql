-- Locks an account's row and settles what is due on it: every write begins here.
--
-- A user's missing account is opened by the first write. Holds and grants that are over end before
-- anything else happens, swept or not.
--
-- The clock is read once: the row is returned with last_transaction_at set to the time of this
-- lock, which stamps what is posted under it, so that nothing can expire in between.
--
-- p_at     counts as due what expires until then, when that is later than now (for jobs).
-- Errors   PT404 account_not_found, 22023 account_id_required
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.lock_account(p_account_id uuid, p_at timestamptz default null)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_now timestamptz;
begin
    select a.* into v_account
    from credits.accounts as a
    where a.id = p_account_id
    for no key update;
    if not found then
        if p_account_id is null then
            raise exception 'account_id_required' using
                errcode = '22023',
                hint = 'Name the account that is meant.';
        end if;
        perform credits.open_personal_account(p_account_id);
        select a.* into v_account
        from credits.accounts as a
        where a.id = p_account_id
        for no key update;
    end if;

    v_now := greatest(clock_timestamp(), v_account.last_transaction_at);
    v_account.last_transaction_at := v_now;
    if v_account.next_expiry_at <= greatest(v_now, p_at) then
        v_account := credits.expire_due(v_account, greatest(v_now, p_at));
    end if;
    return v_account;
end;
$$;

comment on function credits.lock_account(uuid, timestamptz) is
'Locks one account for a write, opening a user''s missing one and expiring what is due.';

revoke all on function credits.lock_account(uuid, timestamptz)
from public, anon, authenticated, service_role;
