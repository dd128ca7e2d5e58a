-- How many days the refund of credits that have expired lives: as the catalog of a time says, 30
-- where there is none.
create or replace function credits.refund_days(p_at timestamptz)
returns integer
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select c.refund_days
            from credits.catalogs as c
            where c.version = credits.version_at(p_at)
        ),
        30
    );
end;
$$;

comment on function credits.refund_days(timestamptz) is
'How many days the refund of credits that have expired lives.';

revoke all on function credits.refund_days(timestamptz)
from public, anon, authenticated, service_role;
