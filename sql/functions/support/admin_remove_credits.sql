-- Removes credits from an account for a reason, once per key: in burn-down order, what is held
-- stays.
--
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, 22023 invalid_amount, invalid_key, reason_required, reason_too_long,
--           PT402 insufficient_credits, PT404 account_not_found, PT409 idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_remove_credits(
    p_account_id uuid,
    p_amount numeric,
    p_reason text,
    p_key text
)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
begin
    v_act.act := 'remove_credits';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    v_act.amount := credits.check_amount(p_amount);
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    v_act.arguments := '{}';
    v_act.request := credits.request_hash(jsonb_build_array(
        v_act.act, v_act.amount, v_act.reason
    ));
    return credits.run_act(credits.lock_account(p_account_id), v_act);
end;
$$;

comment on function credits.admin_remove_credits(uuid, numeric, text, text) is
'Removes credits from an account for a reason, once per key.';

revoke all on function credits.admin_remove_credits(uuid, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_remove_credits(
    uuid, numeric, text, text
) to authenticated, service_role;
