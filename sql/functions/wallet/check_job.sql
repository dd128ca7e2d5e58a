-- Refuses a job without a time or with a batch that is not 1 to 10,000 accounts.
--
-- Errors   22023 invalid_time, invalid_batch_size
create or replace function credits.check_job(p_at timestamptz, p_batch_size integer)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_at is null or not isfinite(p_at) then
        raise exception 'invalid_time' using
            errcode = '22023',
            hint = 'A job needs a finite time until which things are due.';
    elsif p_batch_size is null or p_batch_size not between 1 and 10000 then
        raise exception 'invalid_batch_size' using
            errcode = '22023',
            hint = 'A batch is 1 to 10000.';
    end if;
end;
$$;

comment on function credits.check_job(timestamptz, integer) is
'Refuses a job''s arguments with 22023.';

revoke all on function credits.check_job(timestamptz, integer)
from public, anon, authenticated, service_role;
