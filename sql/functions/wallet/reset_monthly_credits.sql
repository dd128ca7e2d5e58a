-- Renews the allowances that are due: each account and period once, however often and by however
-- many sessions it runs.
--
-- Accounts are taken one by one; one that another session holds is left for the next run, one
-- that fails is reported as a warning and does not stop the others.
--
-- p_at     what is due by then.
-- Returns  how many accounts were renewed.
-- Errors   22023 invalid_batch_size, invalid_time
-- Locks    credits.accounts: the renewed rows, until commit.
create or replace function credits.reset_monthly_credits(p_at timestamptz, p_batch_size integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
    v_count integer := 0;
begin
    perform credits.check_job(p_at, p_batch_size);
    for v_account_id in
        select a.id
        from credits.accounts as a
        where a.period_end_at <= p_at and a.status <> 'closed'
        order by a.period_end_at
    loop
        exit when v_count = p_batch_size;
        begin
            perform from credits.accounts as a
            where a.id = v_account_id and a.period_end_at <= p_at
            for no key update skip locked;
            if found then
                perform credits.renew_due_account(v_account_id, p_at);
                v_count := v_count + 1;
            end if;
        exception when others then
            raise warning 'pgcredits: account % not renewed: % (%)',
                v_account_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.reset_monthly_credits(timestamptz, integer) is
'Renews the monthly allowances that are due, each account and period once.';

revoke all on function credits.reset_monthly_credits(timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.reset_monthly_credits(timestamptz, integer) to service_role;
