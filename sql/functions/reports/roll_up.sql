-- Adds what is new in the histories to the daily usage, and broadcasts the balances that have
-- moved where Supabase's Realtime is there. An account's ids are committed in their order, so that
-- nothing comes late; run again it finds nothing.
--
-- p_limit  accounts; those first that have waited for longest, 100,000 transactions of each, for 20
--          seconds: the next run goes on.
-- Returns  how many accounts had something new; 0 while another session does it.
-- Locks    none of accounts; one at a time may run.
create or replace function credits.roll_up(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account record;
    v_until timestamptz := clock_timestamp() + interval '20 seconds';
    v_count integer := 0;
begin
    perform credits.check_job(now(), p_limit);
    if not pg_try_advisory_xact_lock(hashtextextended('credits.roll_up', 0)) then
        return 0;
    end if;
    for v_account in
        select
            a.id, a.balance, a.held, coalesce(r.last_transaction_id, 0) as done_id,
            least(a.last_transaction_id, coalesce(r.last_transaction_id, 0) + 100000) as last_id
        from credits.accounts as a
        left join credits.rollups as r on a.id = r.account_id
        where a.last_transaction_id > coalesce(r.last_transaction_id, 0)
        order by coalesce(r.rolled_up_at, a.created_at)
        limit p_limit
    loop
        exit when clock_timestamp() > v_until;
        perform credits.add_usage(v_account.id, v_account.done_id, v_account.last_id);
        insert into credits.rollups as r (account_id, last_transaction_id)
        values (v_account.id, v_account.last_id)
        on conflict (account_id) do update
        set
            last_transaction_id = excluded.last_transaction_id,
            rolled_up_at = excluded.rolled_up_at;
        perform credits.broadcast_balance(v_account.id, v_account.balance, v_account.held);
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function credits.roll_up(integer) is
'Adds what is new in the histories to the daily usage.';

revoke all on function credits.roll_up(integer) from public, anon, authenticated, service_role;
grant execute on function credits.roll_up(integer) to credits_edge, service_role;
