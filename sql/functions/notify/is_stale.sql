-- Whether a notice comes too late to be of use: a warning or a reminder of three days ago.
create or replace function credits.is_stale(p_notice credits.outbox)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        p_notice.topic in ('low_balance', 'renewal_reminder', 'credits_expiring')
        and p_notice.created_at < clock_timestamp() - interval '3 days'
$$;

comment on function credits.is_stale(credits.outbox) is
'Whether a notice comes too late to be of use.';

revoke all on function credits.is_stale(credits.outbox)
from public, anon, authenticated, service_role;
