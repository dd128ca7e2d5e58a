-- How the system is: for doctor, metrics and administrators.
--
-- Returns  {"schema_version", "jobs": {job: {"last_at", "age_seconds"}}, "stripe_events": {state:
--          events}, "oldest_open_event_seconds", "outbox": outbox_counts, "waiting":
--          waiting_counts, "integrity": {"at", "violations"}}; null where nothing is known
create or replace function credits.get_health()
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'schema_version', (select max(m.id) from credits.migrations as m),
        'jobs', (
            select coalesce(jsonb_object_agg(j.job, jsonb_build_object(
                'last_at', j.last_at,
                'age_seconds', round(extract(epoch from clock_timestamp() - j.last_at))
            )), '{}')
            from credits.last_runs() as j
        ),
        'stripe_events', (
            select coalesce(jsonb_object_agg(s.state, s.events), '{}')
            from (
                select e.state, count(*) as events from credits.stripe_events as e group by e.state
            ) as s
        ),
        'oldest_open_event_seconds', (
            select round(extract(epoch from clock_timestamp() - min(e.received_at)))
            from credits.stripe_events as e
            where e.state in ('failed', 'quarantined')
        ),
        'outbox', credits.outbox_counts(),
        'waiting', credits.waiting_counts(),
        'integrity', (
            select jsonb_build_object('at', r.started_at, 'violations', r.counts -> 'violations')
            from credits.job_runs as r
            where r.job = 'integrity'
            order by r.id desc
            limit 1
        )
    );
end;
$$;

comment on function credits.get_health() is
'How the system is.';

revoke all on function credits.get_health() from public, anon, authenticated, service_role;
grant execute on function credits.get_health() to credits_edge, service_role;
