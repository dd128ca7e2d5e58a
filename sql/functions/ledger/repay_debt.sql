-- Repays an account's debt from what is available, after credits have come: debt and available
-- credits never stand side by side. It is stamped with the time of the lock, under which what came
-- into expired grants has expired before.
--
-- Locks    none of its own: the caller has locked the account, and written its row.
drop function if exists credits.repay_debt(uuid, bigint);
create or replace function credits.repay_debt(p_account_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_amount numeric;
    v_key text;
begin
    select a.* into strict v_account from credits.accounts as a where a.id = p_account_id;
    v_amount := least(v_account.debt, v_account.balance - v_account.held);
    v_key := 'repayment:' || v_account.last_transaction_id;
    if v_amount > 0 then
        perform credits.post_transaction(
            v_account, 'clawback', -v_amount, 'system', v_key,
            credits.request_hash(jsonb_build_array('repayment', v_key)),
            p_description => 'Repays debt',
            p_metadata => jsonb_build_object('debt_change', -v_amount)
        );
        perform credits.change_debt(p_account_id, -v_amount);
    end if;
end;
$$;

comment on function credits.repay_debt(uuid) is
'Repays an account''s debt from what is available.';

revoke all on function credits.repay_debt(uuid) from public, anon, authenticated, service_role;
