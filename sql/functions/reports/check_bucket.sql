-- Refuses a width of time that there is not.
--
-- Errors   22023 invalid_bucket
create or replace function credits.check_bucket(p_bucket text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_bucket, '') not in ('day', 'week', 'month', 'year') then
        raise exception 'invalid_bucket' using
            errcode = '22023',
            hint = 'Buckets: day, week (from Monday), month, year.';
    end if;
end;
$$;

comment on function credits.check_bucket(text) is
'Refuses a width of time that there is not with 22023.';

revoke all on function credits.check_bucket(text) from public, anon, authenticated, service_role;
