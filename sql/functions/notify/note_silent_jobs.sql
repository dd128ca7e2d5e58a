-- Tells the operators, once a day, of a job that has been silent: maintenance for 25 hours, the
-- check of the books for 49, since the last migration where it never ran.
--
-- Returns  how many notices.
create or replace function credits.note_silent_jobs()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job record;
    v_count integer := 0;
begin
    for v_job in
        select n.job, r.last_at
        from (values ('maintenance', 25), ('integrity', 49)) as n (job, hours)
        left join credits.last_runs() as r on n.job = r.job
        where clock_timestamp() > make_interval(hours => n.hours) + coalesce(
            r.last_at, (select max(m.applied_at) from credits.migrations as m)
        )
    loop
        v_count := v_count + credits.put_notice(
            null, 'job_silent',
            concat_ws(':', v_job.job, (clock_timestamp() at time zone 'UTC')::date),
            jsonb_build_object('job', v_job.job, 'last_at', v_job.last_at)
        )::integer;
    end loop;
    return v_count;
end;
$$;

comment on function credits.note_silent_jobs() is
'Tells the operators of a job that is silent.';

revoke all on function credits.note_silent_jobs() from public, anon, authenticated, service_role;
grant execute on function credits.note_silent_jobs() to credits_edge, service_role;
