-- A dispute in its public shape.
create or replace function credits.show_dispute(p_dispute credits.disputes)
returns public.credit_dispute
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        p_dispute.id, p_dispute.account_id, p_dispute.transaction_id, p_dispute.status,
        p_dispute.reason, p_dispute.description, p_dispute.requested_refund, p_dispute.refunded,
        p_dispute.resolution, p_dispute.created_at, p_dispute.resolved_at
    )::public.credit_dispute;
$$;

comment on function credits.show_dispute(credits.disputes) is
'A dispute in its public shape.';

revoke all on function credits.show_dispute(credits.disputes)
from public, anon, authenticated, service_role;
