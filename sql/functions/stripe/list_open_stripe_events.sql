-- The events that are not settled, or that a person must look at, oldest first.
--
-- Returns  about: the object that the event tells of.
-- Errors   22023 invalid_batch_size
create or replace function credits.list_open_stripe_events(p_limit integer)
returns table (
    id text,
    type text,
    about text,
    state text,
    reason text,
    attempts integer,
    received_at timestamptz,
    next_attempt_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_job(statement_timestamp(), p_limit);
    return query
    select
        e.id, e.type, credits.read_payload(e.payload) #>> '{data,object,id}', e.state, e.reason,
        e.attempts, e.received_at, e.next_attempt_at
    from credits.stripe_events as e
    where e.state in ('quarantined', 'failed', 'waiting')
    order by e.received_at, e.id
    limit p_limit;
end;
$$;

comment on function credits.list_open_stripe_events(integer) is
'The Stripe events that are not settled, or that a person must look at.';

revoke all on function credits.list_open_stripe_events(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.list_open_stripe_events(integer) to credits_edge, service_role;
