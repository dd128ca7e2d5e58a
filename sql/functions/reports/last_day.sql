-- The last day of a report: the one before p_until begins, or that holds it; else today.
create or replace function credits.last_day(p_until timestamptz)
returns date
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        (coalesce(credits.near_time(p_until), clock_timestamp()) - interval '1 microsecond')
        at time zone 'UTC'
    )::date;
$$;

comment on function credits.last_day(timestamptz) is
'The last day of a report.';

revoke all on function credits.last_day(timestamptz) from public, anon, authenticated, service_role;
