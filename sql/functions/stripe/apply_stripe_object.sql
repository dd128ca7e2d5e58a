-- Applies an object as Stripe's API shows it now, as if an event of a type told it: what a lost
-- event left undone is repaired, and what is known already changes nothing.
--
-- It is kept as an event of its own, one per type and object, while it cannot be applied, or when
-- it changed something.
--
-- p_object    the object's JSON.
-- p_livemode  the mode of the key with which it was fetched.
-- Returns     as apply_stripe_event.
-- Errors      22023 invalid_event
-- Locks       what the rule for the type locks.
create or replace function credits.apply_stripe_object(
    p_type text,
    p_object text,
    p_livemode boolean
)
returns credits.outcome
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text;
    v_before text;
    v_outcome credits.outcome;
begin
    v_id := concat_ws(
        ':', 'fetched', p_type,
        credits.read_payload(
            format('{"id": "", "type": "", "object": %s}', p_object)
        ) #>> '{object,id}'
    );
    insert into credits.stripe_events (id, type, payload, state, attempts)
    values (
        v_id, p_type,
        format(
            '{"id": %s, "type": %s, "livemode": %s, "data": {"object": %s}}',
            to_json(v_id), to_json(p_type), to_json(p_livemode), p_object
        ),
        'failed', 0
    )
    on conflict (id) do update
    set payload = excluded.payload, received_at = clock_timestamp(), forgotten_at = null
    returning case when attempts > 0 then state end into strict v_before;

    v_outcome := credits.try_stripe_event(v_id);
    if v_outcome.state = 'ignored' and v_before = 'applied' then
        update credits.stripe_events as e set state = v_before where e.id = v_id;
    elsif v_outcome.state = 'ignored' then
        delete from credits.stripe_events as e where e.id = v_id;
    end if;
    return v_outcome;
end;
$$;

comment on function credits.apply_stripe_object(text, text, boolean) is
'Applies an object as Stripe''s API shows it now.';

revoke all on function credits.apply_stripe_object(text, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_stripe_object(
    text, text, boolean
) to credits_edge, service_role;
