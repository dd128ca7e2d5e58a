-- Grants the monthly credits that are due of plans that are paid for longer than a month: each
-- month once, however often it runs. Of several missed months only the running one is granted; a
-- subscription that is not live waits until it is.
--
-- A subscription whose account another session holds is left for the next run, one that fails is
-- reported as a warning and does not stop the others.
--
-- p_at     what is due by then.
-- Returns  how many subscriptions were renewed.
-- Locks    credits.accounts: their rows, until commit.
create or replace function credits.renew_subscriptions(p_at timestamptz, p_batch_size integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_due credits.subscriptions;
    v_count integer := 0;
begin
    for v_due in
        select s.*
        from credits.subscriptions as s
        where
            s.next_allowance_at <= p_at
            and credits.is_live(s.status)
            and s.livemode = credits.livemode(s.provider)
        order by s.next_allowance_at
    loop
        exit when v_count = p_batch_size;
        begin
            perform from credits.accounts as a
            where a.id = v_due.account_id
            for no key update skip locked;
            if found then
                perform credits.renew_subscription(
                    v_due.account_id, v_due.provider, v_due.id, p_at
                );
                v_count := v_count + 1;
            end if;
        exception when others then
            raise warning 'pgcredits: subscription % not renewed: % (%)',
                v_due.id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.renew_subscriptions(timestamptz, integer) is
'Grants the monthly credits that are due of plans paid for longer than a month.';

revoke all on function credits.renew_subscriptions(timestamptz, integer)
from public, anon, authenticated, service_role;
