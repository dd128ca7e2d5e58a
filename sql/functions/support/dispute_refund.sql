-- What a resolution gives back: all that was asked for and is left, unless it says how much.
--
-- Returns  credits; null for a rejection.
-- Errors   22023 refund_required, refund_not_allowed, invalid_amount,
--          PT409 refund_exceeds_paid
create or replace function credits.dispute_refund(
    p_dispute credits.disputes,
    p_outcome text,
    p_refund numeric
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_charge credits.transactions
        := credits.transaction_row(p_dispute.account_id, p_dispute.transaction_id, 'usage');
begin
    if p_outcome = 'rejected' then
        if p_refund is not null then
            raise exception 'refund_not_allowed' using
                errcode = '22023',
                hint = 'A rejected dispute gives nothing back: send no refund.';
        end if;
        return null;
    elsif p_outcome = 'partially_approved' and p_refund is null then
        raise exception 'refund_required' using
            errcode = '22023',
            hint = 'Say how many credits a dispute that is approved in part gives back.';
    end if;
    p_refund := case
        when p_refund is not null then credits.check_amount(p_refund)
        else least(p_dispute.requested_refund, credits.refundable_credits(v_charge))
    end;
    perform credits.check_refund(v_charge, credits.refundable_grants(v_charge), p_refund);
    return p_refund;
end;
$$;

comment on function credits.dispute_refund(credits.disputes, text, numeric) is
'What a resolution gives back, or an error.';

revoke all on function credits.dispute_refund(credits.disputes, text, numeric)
from public, anon, authenticated, service_role;
