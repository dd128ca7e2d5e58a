-- Tries the events again that waited for what an event has told of: the payment of a refund, the
-- invoice of a payment. One that another session holds is left for the maintenance.
--
-- p_object  what the event told of.
-- Locks     credits.stripe_events: their rows, until commit; what their rules lock.
create or replace function credits.try_waiting_events(p_object jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event_id text;
begin
    for v_event_id in
        select e.id
        from credits.stripe_events as e
        where
            e.state = 'waiting'
            and e.object_id in (
                p_object ->> 'id',
                p_object ->> 'payment_intent',
                p_object #>> '{payment,payment_intent}',
                p_object #>> '{payments,data,0,payment,payment_intent}'
            )
        order by e.received_at
        for update skip locked
    loop
        -- The one before it may have tried it already.
        if (select e.state from credits.stripe_events as e where e.id = v_event_id) = 'waiting' then
            perform credits.try_stripe_event(v_event_id);
        end if;
    end loop;
end;
$$;

comment on function credits.try_waiting_events(jsonb) is
'Tries the events again that waited for what an event has told of.';

revoke all on function credits.try_waiting_events(jsonb)
from public, anon, authenticated, service_role;
