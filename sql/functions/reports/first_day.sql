-- The first day of a report: that of p_since, else thirty days before the end.
create or replace function credits.first_day(p_since timestamptz, p_until timestamptz)
returns date
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        coalesce(
            credits.near_time(p_since),
            coalesce(credits.near_time(p_until), clock_timestamp()) - interval '30 days'
        )
        at time zone 'UTC'
    )::date;
$$;

comment on function credits.first_day(timestamptz, timestamptz) is
'The first day of a report.';

revoke all on function credits.first_day(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
