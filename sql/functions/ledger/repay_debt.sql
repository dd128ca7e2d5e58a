-- Repays an account's debt from what is available, after credits have come: debt and available
-- credits never stand side by side.
--
-- p_grant_id  the grant that brought the credits: one repayment each.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.repay_debt(p_account_id uuid, p_grant_id bigint)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_amount numeric := least(v_account.debt, v_account.balance - v_account.held);
begin
    if v_amount > 0 then
        perform credits.post_transaction(
            v_account, 'clawback', -v_amount, 'system', 'repayment:' || p_grant_id,
            credits.request_hash(jsonb_build_array('repayment', p_grant_id)),
            p_description => 'Repays debt',
            p_metadata => jsonb_build_object('debt_change', -v_amount)
        );
        perform credits.change_debt(p_account_id, -v_amount);
    end if;
end;
$$;

comment on function credits.repay_debt(uuid, bigint) is
'Repays an account''s debt from what is available.';

revoke all on function credits.repay_debt(uuid, bigint)
from public, anon, authenticated, service_role;
