-- Resolves a dispute: with a refund in the same transaction, or without one. The same again is a
-- replay.
--
-- p_outcome  approved, partially_approved (with p_refund) or rejected. Less than was asked for is
--            approved in part.
-- Units      p_refund: credits; null for what was asked for, as far as it is left.
-- Returns    the dispute; still under review where the refund needs a second administrator.
-- Errors     PT403 admin_only, account_closed, PT404 dispute_not_found, 22023 invalid_outcome,
--            refund_required, refund_not_allowed, invalid_amount, reason_required, reason_too_long,
--            PT409 dispute_not_open, act_pending, refund_exceeds_paid
-- Locks      credits.accounts: one row, until commit.
create or replace function credits.admin_resolve_dispute(
    p_dispute_id uuid,
    p_outcome text,
    p_note text,
    p_refund numeric
)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
    v_dispute credits.disputes;
begin
    v_act.act := 'resolve_dispute';
    v_act.scope := 'system';
    v_act.requested_by := credits.acting_admin();
    v_act.reason := credits.check_reason(p_note);
    perform credits.check_outcome(p_outcome);
    v_dispute := credits.locked_dispute(p_dispute_id);
    if v_dispute.resolution = v_act.reason
        and coalesce(p_refund, v_dispute.refunded) = v_dispute.refunded
        and (p_outcome = 'rejected') = (v_dispute.status = 'rejected')
    then
        return credits.show_dispute(v_dispute);
    end if;
    perform credits.check_open_dispute(v_dispute);
    v_act.amount := credits.dispute_refund(v_dispute, p_outcome, p_refund);
    if v_act.amount is null then
        v_dispute := credits.end_dispute(v_dispute, v_act.requested_by, v_act.reason, null);
    else
        v_act.key := credits.dispute_key(v_dispute);
        v_act.arguments := jsonb_build_object('dispute_id', p_dispute_id);
        v_act.request := credits.request_hash(jsonb_build_array(v_act.act, v_act.amount));
        perform credits.check_no_other_act(v_dispute.account_id, v_act);
        if (credits.run_act(credits.lock_account(v_dispute.account_id), v_act)).state = 'pending'
        then
            perform credits.admin_review_dispute(p_dispute_id, null);
        end if;
        select d.* into strict v_dispute
        from credits.disputes as d
        where d.account_id = v_dispute.account_id and d.id = p_dispute_id;
    end if;
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.admin_resolve_dispute(uuid, text, text, numeric) is
'Resolves a dispute, with a refund in the same transaction.';

revoke all on function credits.admin_resolve_dispute(uuid, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_resolve_dispute(
    uuid, text, text, numeric
) to authenticated, service_role;
