-- Whether an event failed because somebody else had its account.
create or replace function credits.is_busy(p_outcome credits.outcome)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_outcome.state = 'failed' and p_outcome.reason like '55P03%'
$$;

comment on function credits.is_busy(credits.outcome) is
'Whether an event failed because somebody else had its account.';

revoke all on function credits.is_busy(credits.outcome)
from public, anon, authenticated, service_role;
