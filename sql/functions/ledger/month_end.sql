-- When the calendar month that holds a time ends, in UTC: then a monthly cap begins anew.
create or replace function credits.month_end(p_at timestamptz)
returns timestamptz
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (credits.month_of(p_at) + interval '1 month') at time zone 'UTC';
end;
$$;

comment on function credits.month_end(timestamptz) is
'When the month that holds a time ends, in UTC.';

revoke all on function credits.month_end(timestamptz)
from public, anon, authenticated, service_role;
