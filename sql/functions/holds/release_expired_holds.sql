-- Releases the holds that are over: each once, however often and by however many sessions it runs.
--
-- Accounts are taken one by one, at most 1000; one that another session holds is left for the next
-- run, one that fails is reported as a warning and does not stop the others.
--
-- p_at     what is over by then.
-- Returns  how many holds were released.
-- Errors   22023 invalid_time
-- Locks    credits.accounts: the rows of those holds, until commit.
create or replace function credits.release_expired_holds(p_at timestamptz)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
    v_account credits.accounts;
    v_due integer;
    v_accounts integer := 0;
    v_count integer := 0;
begin
    perform credits.check_job(p_at, 1000);
    for v_account_id in
        select a.id
        from credits.accounts as a
        where
            a.next_expiry_at <= p_at
            and exists (
                select from credits.holds as h
                where h.account_id = a.id and h.state = 'open' and h.expires_at <= p_at
            )
        order by a.next_expiry_at
    loop
        exit when v_accounts = 1000;
        begin
            select a.* into v_account
            from credits.accounts as a
            where a.id = v_account_id
            for no key update skip locked;
            continue when not found;
            select count(*) into strict v_due
            from credits.holds as h
            where h.account_id = v_account_id and h.state = 'open' and h.expires_at <= p_at;
            v_account.last_transaction_at
                := greatest(clock_timestamp(), v_account.last_transaction_at);
            v_account := credits.release_due_holds(v_account, p_at);
            if v_account.debt > 0 then
                perform credits.expire_due(v_account, p_at);
            end if;
            v_accounts := v_accounts + 1;
            v_count := v_count + v_due;
        exception when others then
            raise warning 'pgcredits: holds of account % not released: % (%)',
                v_account_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.release_expired_holds(timestamptz) is
'Releases the holds that are over.';

revoke all on function credits.release_expired_holds(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.release_expired_holds(timestamptz) to service_role;
