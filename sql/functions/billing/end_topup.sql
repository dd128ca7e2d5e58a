-- Ends an attempt to top an account up that was not paid, and pauses the top-up: after a decline
-- for an hour, after the next for a day, then for good; for good at once where the buyer must act.
--
-- p_reason  declined, requires_action, no_payment_method or no_customer
-- Returns   applied, or ignored for an order that is no open attempt.
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.end_topup(p_account_id uuid, p_order_id uuid, p_reason text)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_declines integer;
begin
    if not exists (
        select from credits.orders as o
        where
            o.account_id = p_account_id and o.id = p_order_id and o.is_topup
            and o.status = 'open'
    ) or (credits.end_order(p_account_id, p_order_id, 'failed')).state <> 'applied' then
        return ('ignored', 'no top-up that is under way', null)::credits.outcome;
    end if;
    update credits.auto_topups as t
    set declines = t.declines + 1, failures = 0, next_attempt_at = '-infinity'
    where t.account_id = p_account_id
    returning t.declines into strict v_declines;
    perform credits.pause_topup(
        p_account_id, p_reason,
        case
            when p_reason = 'declined' and v_declines = 1
                then clock_timestamp() + interval '1 hour'
            when p_reason = 'declined' and v_declines = 2
                then clock_timestamp() + interval '1 day'
            else 'infinity'
        end
    );
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.end_topup(uuid, uuid, text) is
'Ends an attempt to top an account up that was not paid, and pauses the top-up.';

revoke all on function credits.end_topup(uuid, uuid, text)
from public, anon, authenticated, service_role;
