-- What a notice tells of a dispute.
create or replace function credits.dispute_payload(p_dispute credits.disputes)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'dispute_id', p_dispute.id, 'account_id', p_dispute.account_id,
        'user_id', p_dispute.user_id,
        'transaction_id', p_dispute.transaction_id, 'status', p_dispute.status,
        'reason', p_dispute.reason, 'requested_refund', p_dispute.requested_refund,
        'refunded', p_dispute.refunded, 'resolution', p_dispute.resolution
    );
$$;

comment on function credits.dispute_payload(credits.disputes) is
'What a notice tells of a dispute.';

revoke all on function credits.dispute_payload(credits.disputes)
from public, anon, authenticated, service_role;
