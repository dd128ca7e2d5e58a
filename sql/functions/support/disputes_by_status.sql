-- How many disputes of a time are in each status.
create or replace function credits.disputes_by_status(p_since timestamptz, p_until timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(s.status, s.disputes), '{}')
    from (
        select d.status, count(*) as disputes
        from credits.disputes as d
        where d.created_at >= p_since and d.created_at < p_until
        group by d.status
    ) as s;
$$;

comment on function credits.disputes_by_status(timestamptz, timestamptz) is
'How many disputes of a time are in each status.';

revoke all on function credits.disputes_by_status(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
