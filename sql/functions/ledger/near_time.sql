-- A time with which can be reckoned: what lies at the ends of the calendar is brought near.
create or replace function credits.near_time(p_at timestamptz)
returns timestamptz
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_at is not null then greatest(
            least(p_at, '9000-01-01 00:00:00+00'::timestamptz),
            '1000-01-01 00:00:00+00'::timestamptz
        )
    end
$$;

comment on function credits.near_time(timestamptz) is
'A time with which can be reckoned.';

revoke all on function credits.near_time(timestamptz)
from public, anon, authenticated, service_role;
