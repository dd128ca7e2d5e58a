-- When each job last began. Job by job along the index, for the table grows with time.
create or replace function credits.last_runs()
returns table (job text, last_at timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with recursive jobs as (
        select min(r.job) as job from credits.job_runs as r
        union all
        select (select min(r.job) from credits.job_runs as r where r.job > j.job)
        from jobs as j
        where j.job is not null
    )

    select j.job, l.started_at
    from jobs as j
    cross join lateral (
        select r.started_at
        from credits.job_runs as r
        where r.job = j.job
        order by r.finished_at desc
        limit 1
    ) as l;
$$;

comment on function credits.last_runs() is
'When each job last began.';

revoke all on function credits.last_runs() from public, anon, authenticated, service_role;
