-- What stays of an event's text when it is forgotten.
create or replace function credits.forgotten_payload(p_event credits.stripe_events)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object('id', p_event.id, 'type', p_event.type, 'erased', true)::text;
$$;

comment on function credits.forgotten_payload(credits.stripe_events) is
'What stays of an event''s text when it is forgotten.';

revoke all on function credits.forgotten_payload(credits.stripe_events)
from public, anon, authenticated, service_role;
