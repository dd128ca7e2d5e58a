-- Adds credits to an account for a reason, once per key.
--
-- p_source  as in add_credits.
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, account_closed, 22023 invalid_amount, invalid_source, invalid_expiry,
--           invalid_key, reason_required, reason_too_long, PT404 account_not_found,
--           PT409 idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_add_credits(
    p_account_id uuid,
    p_amount numeric,
    p_reason text,
    p_key text,
    p_source text,
    p_expires_at timestamptz
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
    v_act.act := 'add_credits';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    v_act.amount := credits.check_amount(p_amount);
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    perform credits.check_grant_terms(p_source, null);
    v_act.arguments := jsonb_build_object('source', p_source, 'expires_at', p_expires_at);
    v_act.request := credits.request_hash(jsonb_build_array(
        v_act.act, v_act.amount, v_act.reason, p_source, extract(epoch from p_expires_at)
    ));
    v_account := credits.lock_account(p_account_id);
    if p_expires_at <= v_account.last_transaction_at
        and (credits.find_transaction(v_account, 'admin', v_act.key, v_act.request)).id is null
    then
        raise exception 'invalid_expiry' using
            errcode = '22023',
            hint = 'Credits expire at a time in the future, or never (null).';
    end if;
    return credits.run_act(v_account, v_act);
end;
$$;

comment on function credits.admin_add_credits(uuid, numeric, text, text, text, timestamptz) is
'Adds credits to an account for a reason, once per key.';

revoke all on function credits.admin_add_credits(uuid, numeric, text, text, text, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_add_credits(
    uuid, numeric, text, text, text, timestamptz
) to authenticated, service_role;
