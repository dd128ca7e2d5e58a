-- Takes credits back of a grant that a payment gave: what remains of it, and of what was reinstated
-- of the payment; then other credits in burn-down order. What is not there becomes debt. Credits
-- that are held are not touched.
--
-- Locks    credits.accounts: one row, until commit.
drop function if exists credits.claw_back(credits.payments, bigint, numeric);
create or replace function credits.claw_back(
    p_account_id uuid,
    p_grant_id bigint,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_origin credits.grants := credits.grant_row(p_account_id, p_grant_id);
    v_own credits.burnt_grants := credits.take_own(v_account, v_origin, p_amount);
    v_burnt credits.burnt_grants;
    v_left numeric;
    v_others numeric;
    v_debt numeric;
    v_transaction credits.transactions;
begin
    select p_amount - coalesce(sum(g.value::numeric), 0) into strict v_left
    from jsonb_each_text(v_own.grants) as g;
    v_others := least(
        v_left, v_account.balance - v_account.held - (p_amount - v_left)
    );
    v_debt := v_left - v_others;
    v_burnt := credits.burn_grants(v_own.account, v_others);
    v_transaction := credits.post_transaction(
        v_burnt.account, 'clawback', -trim_scale(p_amount - v_debt), 'system',
        'clawback:' || p_grant_id || ':' || v_account.last_transaction_id + 1,
        credits.request_hash(jsonb_build_array('clawback', p_grant_id, p_amount)),
        p_grants => v_own.grants || v_burnt.grants,
        p_reference => v_origin.reference,
        p_description => 'Money went back to the buyer',
        p_metadata => jsonb_build_object('grant_id', p_grant_id, 'debt_change', v_debt)
    );
    perform credits.change_debt(p_account_id, v_debt);
    insert into credits.clawbacks (
        account_id, transaction_id, grant_id, amount, debt, created_at
    )
    values (
        p_account_id, v_transaction.id, p_grant_id, p_amount, v_debt,
        v_transaction.created_at
    );
end;
$$;

comment on function credits.claw_back(uuid, bigint, numeric) is
'Takes credits back of a grant, then of others, then as debt.';

revoke all on function credits.claw_back(uuid, bigint, numeric)
from public, anon, authenticated, service_role;
