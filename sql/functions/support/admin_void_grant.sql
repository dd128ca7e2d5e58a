-- Voids a grant for a reason, once per key: what is left of it and not held goes now, what is held
-- expires when it returns.
--
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, 22023 invalid_key, reason_required, reason_too_long,
--           PT404 account_not_found, grant_not_found, PT409 grant_is_empty, idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_void_grant(
    p_account_id uuid,
    p_grant_id bigint,
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
    v_account credits.accounts;
begin
    v_act.act := 'void_grant';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    v_act.arguments := jsonb_build_object('grant_id', p_grant_id);
    v_act.request := credits.request_hash(jsonb_build_array(v_act.act, p_grant_id, v_act.reason));
    v_account := credits.lock_account(p_account_id);
    v_act.amount := credits.left_of_grant(v_account, p_grant_id)
        + credits.held_of_grant(v_account.id, p_grant_id);
    return credits.run_act(v_account, v_act);
end;
$$;

comment on function credits.admin_void_grant(uuid, bigint, text, text) is
'Voids a grant for a reason, once per key.';

revoke all on function credits.admin_void_grant(uuid, bigint, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_void_grant(
    uuid, bigint, text, text
) to authenticated, service_role;
