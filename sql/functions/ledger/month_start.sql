-- When the calendar month that holds a time began, in UTC.
create or replace function credits.month_start(p_at timestamptz)
returns timestamptz
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.month_of(p_at)::timestamp at time zone 'UTC';
end;
$$;

comment on function credits.month_start(timestamptz) is
'When the month that holds a time began, in UTC.';

revoke all on function credits.month_start(timestamptz)
from public, anon, authenticated, service_role;
