-- Gives back a part of one clawback: debt is cancelled first, the rest is a grant.
--
-- Locks    credits.accounts: one row, until commit.
drop function if exists credits.reinstate_clawback(credits.payments, credits.clawbacks, numeric);
create or replace function credits.reinstate_clawback(
    p_clawback credits.clawbacks,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_clawback.account_id);
    v_debt numeric := least(p_amount, v_account.debt);
    v_origin credits.grants := credits.grant_row(v_account.id, p_clawback.grant_id);
    v_key text := 'reinstatement:' || p_clawback.transaction_id || ':'
        || v_account.last_transaction_id + 1;
    v_request bytea := credits.request_hash(jsonb_build_array('reinstatement', v_key));
    v_metadata jsonb := jsonb_build_object(
        'grant_id', p_clawback.grant_id, 'debt_change', -v_debt
    );
begin
    perform credits.change_debt(v_account.id, -v_debt);
    v_account.debt := v_account.debt - v_debt;
    if v_debt < p_amount then
        perform credits.post_grant(
            v_account, 'reinstatement', trim_scale(p_amount - v_debt), 'system', v_key, v_request,
            p_priority => v_origin.priority,
            p_expires_at => v_account.last_transaction_at
            + credits.life_left(p_clawback, v_origin),
            p_is_paid => v_origin.is_paid,
            p_reference => v_origin.reference,
            p_description => 'Money came back from the buyer',
            p_metadata => v_metadata
        );
    else
        perform credits.post_transaction(
            v_account, 'reinstatement', 0, 'system', v_key, v_request,
            p_grants => '{}',
            p_reference => v_origin.reference,
            p_description => 'Money came back from the buyer',
            p_metadata => v_metadata
        );
    end if;
    update credits.clawbacks as c
    set reinstated = c.reinstated + p_amount
    where
        c.account_id = p_clawback.account_id
        and c.transaction_id = p_clawback.transaction_id;
end;
$$;

comment on function credits.reinstate_clawback(credits.clawbacks, numeric) is
'Gives back a part of one clawback.';

revoke all on function credits.reinstate_clawback(credits.clawbacks, numeric)
from public, anon, authenticated, service_role;
