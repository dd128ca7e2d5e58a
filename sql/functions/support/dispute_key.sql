-- The idempotency key of a dispute's resolution: another one after an act that was declined or has
-- waited too long.
create or replace function credits.dispute_key(p_dispute credits.disputes)
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select 'dispute:' || p_dispute.id || ':' || count(*)
    from credits.pending_acts as a
    where
        a.account_id = p_dispute.account_id
        and a.act = 'resolve_dispute'
        and a.arguments ->> 'dispute_id' = p_dispute.id::text
        and (a.state <> 'pending' or a.expires_at <= clock_timestamp());
$$;

comment on function credits.dispute_key(credits.disputes) is
'The idempotency key of a dispute''s resolution.';

revoke all on function credits.dispute_key(credits.disputes)
from public, anon, authenticated, service_role;
