-- Declines what waits for a second administrator to resolve a dispute that has ended.
create or replace function credits.drop_dispute_acts(p_dispute credits.disputes)
returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    update credits.pending_acts as a
    set
        state = 'declined',
        decided_by = p_dispute.resolved_by,
        decided_at = p_dispute.resolved_at
    where
        a.account_id = p_dispute.account_id
        and a.state = 'pending'
        and a.expires_at > clock_timestamp()
        and a.act = 'resolve_dispute'
        and a.arguments ->> 'dispute_id' = p_dispute.id::text;
$$;

comment on function credits.drop_dispute_acts(credits.disputes) is
'Declines the acts that wait for a dispute that has ended.';

revoke all on function credits.drop_dispute_acts(credits.disputes)
from public, anon, authenticated, service_role;
