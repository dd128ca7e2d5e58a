-- What waits for a person: disputes, acts, events that could not be applied, notices given up.
create or replace function credits.waiting_counts()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'disputes', (
            select count(*) from credits.disputes as d
            where d.status in ('pending', 'under_review')
        ),
        'acts', (
            select count(*) from credits.pending_acts as a
            where a.state = 'pending' and a.expires_at > clock_timestamp()
        ),
        'stripe_events', (
            select count(*) from credits.stripe_events as e
            where e.state in ('failed', 'quarantined')
        ),
        'dead_notices', (select count(*) from credits.deliveries as d where d.state = 'dead')
    );
$$;

comment on function credits.waiting_counts() is
'What waits for a person.';

revoke all on function credits.waiting_counts() from public, anon, authenticated, service_role;
