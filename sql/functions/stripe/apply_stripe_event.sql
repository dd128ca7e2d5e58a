-- Applies one Stripe event, once however often it is delivered: stores it as it came, then hands it
-- to the rule for its type.
--
-- Seen is not done: a failure undoes what the rule did, is kept with the event, and the next
-- delivery tries again. The caller must commit in every case and answer 5xx for failed.
--
-- p_payload  the bytes that Stripe signed, as text.
-- Returns    applied, ignored (nothing to do), quarantined (a person must look) or failed.
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
    v_reason text;
begin
    insert into credits.stripe_events (id, type, payload, state, attempts)
    values (v_event ->> 'id', v_event ->> 'type', p_payload, 'failed', 0)
    on conflict (id) do nothing;
    select e.state into strict v_state
    from credits.stripe_events as e
    where e.id = v_event ->> 'id'
    for update;
    if v_state <> 'failed' then
        return v_state;
    end if;

    begin
        select s.state, s.reason into strict v_state, v_reason
        from credits.settle_stripe_event(v_event) as s;
    exception when others then
        v_state := 'failed';
        v_reason := sqlstate || ' ' || sqlerrm;
        raise warning 'pgcredits: stripe event % failed: %', v_event ->> 'id', v_reason;
    end;
    update credits.stripe_events as e
    set
        state = v_state,
        reason = v_reason,
        attempts = e.attempts + 1,
        settled_at = case when v_state <> 'failed' then clock_timestamp() end
    where e.id = v_event ->> 'id';
    return v_state;
end;
$$;

comment on function credits.apply_stripe_event(text) is
'Applies one Stripe event, once however often it is delivered.';

revoke all on function credits.apply_stripe_event(text)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_stripe_event(text) to credits_edge, service_role;
