-- Locks an account whose payments are news, and with it who referred it: what a payment earned goes
-- back with it on both.
--
-- Locks    credits.accounts: those rows, in id order, until commit.
create or replace function credits.lock_payer(p_account_id uuid)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_referrer_id uuid;
    v_account credits.accounts;
begin
    -- A claim locks the account first: under its lock the answer stays true. A claim between the
    -- look and the lock gives the lock back, so that the ids stay in order.
    loop
        begin
            v_referrer_id := credits.referrer_of(p_account_id);
            perform credits.lock_accounts(array[p_account_id, v_referrer_id]);
            v_account := credits.lock_account(p_account_id);
            exit when credits.referrer_of(p_account_id) is not distinct from v_referrer_id;
            raise exception 'claimed_meanwhile' using errcode = 'PT200';
        exception when sqlstate 'PT200' then
            null;
        end;
    end loop;
    return v_account;
end;
$$;

comment on function credits.lock_payer(uuid) is
'Locks an account whose payments are news, and who referred it.';

revoke all on function credits.lock_payer(uuid) from public, anon, authenticated, service_role;
