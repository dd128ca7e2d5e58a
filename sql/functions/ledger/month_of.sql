-- The first day of the calendar month that holds a time, in UTC: what a monthly cap counts in.
create or replace function credits.month_of(p_at timestamptz)
returns date
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return date_trunc('month', p_at at time zone 'UTC')::date;
end;
$$;

comment on function credits.month_of(timestamptz) is
'The first day of the month that holds a time, in UTC.';

revoke all on function credits.month_of(timestamptz) from public, anon, authenticated, service_role;
