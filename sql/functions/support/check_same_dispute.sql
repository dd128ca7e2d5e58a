-- Refuses another dispute of a charge that has one; the same again is a replay.
--
-- Errors   PT409 dispute_exists
create or replace function credits.check_same_dispute(
    p_dispute credits.disputes,
    p_reason text,
    p_description text,
    p_requested_refund numeric
)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_dispute.reason <> p_reason
        or p_dispute.description <> p_description
        or p_dispute.requested_refund <> p_requested_refund
    then
        raise exception 'dispute_exists' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'dispute_id', p_dispute.id, 'status', p_dispute.status
            )::text,
            hint = 'The charge has a dispute: withdraw it to file another, while it is open.';
    end if;
end;
$$;

comment on function credits.check_same_dispute(credits.disputes, text, text, numeric) is
'Refuses another dispute of a charge that has one with PT409.';

revoke all on function credits.check_same_dispute(credits.disputes, text, text, numeric)
from public, anon, authenticated, service_role;
