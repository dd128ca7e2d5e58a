-- Takes expired credits out of the balances, at most 1000 accounts a call.
--
-- Balances and spends leave expired credits out anyway; this writes it into the history.
--
-- Accounts are taken one by one; one that another session holds is left for the next run, one
-- that fails is reported as a warning and does not stop the others.
--
-- p_at     what expires until then.
-- Returns  how many grants expired.
-- Errors   22023 invalid_time
-- Locks    credits.accounts: the rows with something due, until commit.
create or replace function credits.expire_credits(p_at timestamptz)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
    v_before bigint;
    v_account credits.accounts;
    v_accounts integer := 0;
    v_count integer := 0;
begin
    perform credits.check_job(p_at, 1000);
    for v_account_id in
        select a.id
        from credits.accounts as a
        where a.next_expiry_at <= p_at
        order by a.next_expiry_at
    loop
        exit when v_accounts = 1000;
        begin
            select a.last_transaction_id into v_before
            from credits.accounts as a
            where a.id = v_account_id and a.next_expiry_at <= p_at
            for no key update skip locked;
            continue when not found;
            v_account := credits.lock_account(v_account_id, p_at);
            v_accounts := v_accounts + 1;
            v_count := v_count + (v_account.last_transaction_id - v_before)::integer;
        exception when others then
            raise warning 'pgcredits: account % not expired: % (%)',
                v_account_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.expire_credits(timestamptz) is
'Takes expired credits out of the balances.';

revoke all on function credits.expire_credits(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.expire_credits(timestamptz) to service_role;
