-- Ends a dispute: approved, in part or in full, by a refund; rejected without one. Tells the user.
create or replace function credits.end_dispute(
    p_dispute credits.disputes,
    p_actor text,
    p_resolution text,
    p_refund credits.transactions
)
returns credits.disputes
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_refunded numeric := coalesce(p_refund.amount, 0);
    v_before text := p_dispute.status;
begin
    update credits.disputes as d
    set
        status = case
            when v_refunded = 0 then 'rejected'
            when v_refunded < d.requested_refund then 'partially_approved'
            else 'approved'
        end,
        refunded = v_refunded,
        refund_transaction_id = p_refund.id,
        resolution = p_resolution,
        resolved_at = clock_timestamp(),
        resolved_by = p_actor
    where d.account_id = p_dispute.account_id and d.id = p_dispute.id
    returning d.* into strict p_dispute;
    perform credits.drop_dispute_acts(p_dispute);
    if v_refunded = 0 then
        perform credits.write_audit(
            p_dispute.account_id, p_actor, 'resolve_dispute', p_resolution,
            jsonb_build_object('dispute_id', p_dispute.id, 'status', v_before),
            jsonb_build_object('dispute_id', p_dispute.id, 'status', p_dispute.status)
        );
    end if;
    perform credits.tell_dispute(p_dispute);
    return p_dispute;
end;
$$;

comment on function credits.end_dispute(credits.disputes, text, text, credits.transactions) is
'Ends a dispute, by a refund or without one.';

revoke all on function credits.end_dispute(credits.disputes, text, text, credits.transactions)
from public, anon, authenticated, service_role;
