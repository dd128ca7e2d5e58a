-- Checks all books, and tells the operators when a rule is broken: once a day, by cron.
--
-- Returns  how many violations.
create or replace function credits.run_integrity()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_started_at timestamptz := clock_timestamp();
    v_count integer;
    v_first jsonb;
begin
    select count(*), min(to_jsonb(i)::text)::jsonb into strict v_count, v_first
    from credits.check_integrity(null) as i;
    insert into credits.job_runs (job, started_at, counts)
    values ('integrity', v_started_at, jsonb_build_object('violations', v_count));
    if v_count > 0 then
        perform credits.put_notice(
            null, 'integrity', (v_started_at at time zone 'UTC')::date::text,
            jsonb_build_object('violations', v_count, 'first', v_first)
        );
    end if;
    return v_count;
end;
$$;

comment on function credits.run_integrity() is
'Checks all books, and tells the operators when a rule is broken.';

revoke all on function credits.run_integrity() from public, anon, authenticated, service_role;
grant execute on function credits.run_integrity() to service_role;
