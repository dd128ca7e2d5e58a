-- Tries a stored event again, by hand: one that failed, that waits, or that a person has looked at.
-- What is applied or ignored stays so.
--
-- Errors   PT404 event_not_found
-- Locks    credits.stripe_events: one row; what the rule for its type locks.
create or replace function credits.retry_stripe_event(p_event_id text)
returns credits.outcome
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_outcome credits.outcome;
begin
    select e.state, e.reason, e.object_id into v_outcome
    from credits.stripe_events as e
    where e.id = p_event_id
    for update;
    if not found then
        raise exception 'event_not_found' using
            errcode = 'PT404',
            hint = 'No event of this id was received.';
    elsif v_outcome.state in ('applied', 'ignored') then
        return v_outcome;
    end if;
    return credits.try_stripe_event(p_event_id);
end;
$$;

comment on function credits.retry_stripe_event(text) is
'Tries a stored event again.';

revoke all on function credits.retry_stripe_event(text)
from public, anon, authenticated, service_role;
grant execute on function credits.retry_stripe_event(text) to credits_edge, service_role;
