-- Reckons the daily usage anew from the history: of an account, or of all.
--
-- Returns  how many accounts.
create or replace function credits.rebuild_usage(p_account_id uuid)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_day date;
    v_account_id uuid;
    v_count integer := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('credits.roll_up', 0));
    for v_account_id in
        select r.account_id
        from credits.rollups as r
        where p_account_id is null or r.account_id = p_account_id
    loop
        delete from credits.usage_daily as u where u.account_id = v_account_id;
        perform credits.add_usage(r.account_id, 0, r.last_transaction_id)
        from credits.rollups as r
        where r.account_id = v_account_id;
        v_count := v_count + 1;
    end loop;
    delete from credits.usage_totals;
    for v_day in
        select distinct u.day from credits.usage_daily as u
    loop
        insert into credits.usage_totals
        select t.*
        from credits.total_usage(
            array(select u from credits.usage_daily as u where u.day = v_day)
        ) as t;
    end loop;
    return v_count;
end;
$$;

comment on function credits.rebuild_usage(uuid) is
'Reckons the daily usage anew from the history.';

revoke all on function credits.rebuild_usage(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.rebuild_usage(uuid) to service_role;
