-- Applies one Stripe event, once however often it is delivered: stores it as it came, then hands it
-- to the rule for its type.
--
-- Seen is not done: a failure undoes what the rule did and is kept with the event, which is tried
-- again by the next delivery and by retry_due_stripe_events. The caller must commit in every case
-- and answer 5xx for failed.
--
-- p_payload  the bytes that Stripe signed, as text.
-- Returns    applied, ignored (nothing to do, or done already), waiting (for news of what it is
--            about), quarantined (a person must look) or failed.
-- Errors     22023 invalid_event
-- Locks      credits.stripe_events: one row; what the rule locks.
create or replace function credits.apply_stripe_event(p_payload text)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb := credits.read_payload(p_payload);
    v_state text;
begin
    insert into credits.stripe_events (id, type, payload, state, attempts)
    values (v_event ->> 'id', v_event ->> 'type', p_payload, 'failed', 0)
    on conflict (id) do nothing;
    select e.state into strict v_state
    from credits.stripe_events as e
    where e.id = v_event ->> 'id'
    for update;
    if v_state in ('failed', 'waiting') then
        v_state := (credits.try_stripe_event(v_event ->> 'id')).state;
    end if;
    return v_state;
end;
$$;

comment on function credits.apply_stripe_event(text) is
'Applies one Stripe event, once however often it is delivered.';

revoke all on function credits.apply_stripe_event(text)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_stripe_event(text) to credits_edge, service_role;
