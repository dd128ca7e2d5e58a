-- Tries to apply a stored event that the caller has locked, and notes what came of it. What a
-- person must look at is put into the outbox: a value that cannot be read, too, or a plan that is
-- not in the catalog, for no repetition mends them.
-- What waited for its object is tried then.
--
-- A failed event is tried again after 1, 2, 4 ... minutes, at most 6 hours.
--
-- Locks    what the rule for its type locks.
create or replace function credits.try_stripe_event(p_event_id text)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb;
    v_outcome credits.outcome;
begin
    select credits.read_payload(e.payload) into strict v_event
    from credits.stripe_events as e
    where e.id = p_event_id;
    begin
        v_outcome := credits.settle_stripe_event(v_event);
    exception when data_exception or not_null_violation or check_violation then
        v_outcome := ('quarantined', sqlstate || ' ' || sqlerrm, null)::credits.outcome;
    when others then
        v_outcome := ('failed', sqlstate || ' ' || sqlerrm, null)::credits.outcome;
        raise warning 'pgcredits: stripe event % failed: %', p_event_id, v_outcome.reason;
    end;
    update credits.stripe_events as e
    set
        state = v_outcome.state,
        reason = v_outcome.reason,
        object_id = v_outcome.object_id,
        attempts = e.attempts + 1,
        next_attempt_at = case
            when v_outcome.state = 'failed'
                then clock_timestamp() + least(
                    interval '6 hours', interval '1 minute' * 2 ^ least(e.attempts, 20)
                )
        end,
        settled_at = case
            when v_outcome.state not in ('failed', 'waiting') then clock_timestamp()
        end
    where e.id = p_event_id;
    if v_outcome.state = 'applied' then
        perform credits.try_waiting_events(v_event #> '{data,object}');
    elsif v_outcome.state = 'quarantined' then
        perform credits.put_notice(
            null, 'stripe_event_quarantined', p_event_id,
            jsonb_build_object(
                'event_id', p_event_id, 'type', v_event ->> 'type', 'reason', v_outcome.reason
            )
        );
    end if;
    return v_outcome;
end;
$$;

comment on function credits.try_stripe_event(text) is
'Tries to apply a stored event, and notes what came of it.';

revoke all on function credits.try_stripe_event(text)
from public, anon, authenticated, service_role;
