-- When an account's period begins: the anchor plus so many months, in UTC. Every period counts
-- from the anchor, so 31 January is followed by 28 February and then by 31 March.
create or replace function credits.period_start(p_anchor_at timestamptz, p_number integer)
returns timestamptz
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        (p_anchor_at at time zone 'UTC') + make_interval(months => p_number)
    ) at time zone 'UTC'
$$;

comment on function credits.period_start(timestamptz, integer) is
'The anchor plus so many months, in UTC.';

revoke all on function credits.period_start(timestamptz, integer)
from public, anon, authenticated, service_role;
