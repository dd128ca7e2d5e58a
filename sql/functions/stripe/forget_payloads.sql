-- Forgets what Stripe has told with the events that were settled half a year ago: names, addresses,
-- cards' last digits. That there was the event, and what came of it, stays.
--
-- Returns  how many.
-- Locks    credits.stripe_events: the rows, until commit.
create or replace function credits.forget_payloads(p_at timestamptz, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    update credits.stripe_events as e
    set payload = credits.forgotten_payload(e), forgotten_at = clock_timestamp()
    where e.id in (
        select s.id
        from credits.stripe_events as s
        where
            s.settled_at < p_at - interval '180 days'
            and s.state in ('applied', 'ignored')
            and s.forgotten_at is null
        order by s.settled_at
        limit p_limit
        for update skip locked
    );
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function credits.forget_payloads(timestamptz, integer) is
'Forgets what Stripe has told with the events of half a year ago.';

revoke all on function credits.forget_payloads(timestamptz, integer)
from public, anon, authenticated, service_role;
