-- Tries again what is due: failed events whose time has come, and waiting ones whose object is
-- known by now. What has waited for 30 days is about nothing of ours, and is ignored.
--
-- It waits for no account: who holds the accounts of many must not wait for one of a caller's. An
-- event whose account is busy stays as it is until the next run; after ten of them so do all.
--
-- p_at     what is due by then.
-- Returns  how many were tried; 0 while another session does it: two, each with the accounts of
--          the other's events, would wait for each other.
-- Errors   22023 invalid_time, invalid_batch_size
-- Locks    credits.stripe_events: their rows, until commit; what their rules lock.
create or replace function credits.retry_due_stripe_events(p_at timestamptz, p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '10ms'
as $$
declare
    v_event credits.stripe_events;
    v_count integer := 0;
    v_busy integer := 0;
begin
    perform credits.check_job(p_at, p_limit);
    if not pg_try_advisory_xact_lock(hashtextextended('credits.retry_due_stripe_events', 0)) then
        return 0;
    end if;
    update credits.stripe_events as e
    set
        state = 'ignored',
        reason = 'about nothing of ours',
        settled_at = clock_timestamp()
    where e.id in (
        select w.id
        from credits.stripe_events as w
        where w.state = 'waiting' and w.received_at < p_at - interval '30 days'
        for update skip locked
    );

    for v_event in
        select e.*
        from credits.stripe_events as e
        where
            e.state = 'failed' and coalesce(e.next_attempt_at, '-infinity') <= p_at
            or e.state = 'waiting' and credits.account_of('stripe', e.object_id) is not null
        order by e.received_at
        limit p_limit
        for update skip locked
    loop
        if credits.is_busy(credits.try_stripe_event(v_event.id)) then
            update credits.stripe_events as e
            set
                state = v_event.state,
                reason = v_event.reason,
                object_id = v_event.object_id,
                attempts = v_event.attempts,
                next_attempt_at = v_event.next_attempt_at
            where e.id = v_event.id;
            v_busy := v_busy + 1;
            exit when v_busy = 10;
        else
            v_count := v_count + 1;
        end if;
    end loop;
    return v_count;
end;
$$;

comment on function credits.retry_due_stripe_events(timestamptz, integer) is
'Tries again the Stripe events that are due.';

revoke all on function credits.retry_due_stripe_events(timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.retry_due_stripe_events(
    timestamptz, integer
) to credits_edge, service_role;
