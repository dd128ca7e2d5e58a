-- Erases the person behind an account and closes it; the books stay as they are. Names, addresses
-- and texts go, its credits go, its history keeps what was moved under an id that names nobody.
--
-- What stays: transactions with their descriptions and metadata (evidence; keep persons out of
-- them), salted hashes of the address, the ids of the payment provider.
--
-- Returns  the account's status: closed. A replay changes nothing.
-- Errors   PT403 admin_only, second_admin_required, PT404 account_not_found, 22023 reason_required,
--          reason_too_long, PT409 account_subscribed, account_has_holds, last_owner
-- Locks    credits.accounts: the row, and those of the teams of its owner, in id order.
create or replace function credits.admin_erase_account(p_account_id uuid, p_reason text)
returns public.credit_account_status
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_reason text := credits.check_reason(p_reason);
    v_account credits.accounts;
    v_credits numeric;
begin
    perform credits.lock_accounts(p_account_id || array(
        select m.account_id from credits.members as m where m.user_id = p_account_id
    ));
    v_account := credits.lock_account(p_account_id);
    if v_account.erased_at is not null then
        return credits.show_account_status(v_account);
    end if;
    perform credits.check_erasable(v_account);
    perform credits.check_alone(v_account, v_actor);
    v_credits := v_account.balance;
    if v_credits > 0 then
        perform credits.post_transaction(
            v_account, 'adjustment', -v_credits, 'system', 'erasure',
            credits.request_hash(jsonb_build_array('erase')), p_description => 'erased'
        );
    end if;
    update credits.pending_acts as p
    set
        state = 'declined',
        reason = 'erased',
        decided_by = v_actor,
        decided_at = clock_timestamp()
    where p.account_id = v_account.id and p.state = 'pending';
    perform credits.erase_person(v_account);
    perform credits.erase_messages(v_account);
    update credits.accounts as a
    set
        status = 'closed',
        email = null,
        external_id = 'erased:' || a.id,
        name = null,
        status_reason = v_reason,
        status_changed_at = clock_timestamp(),
        status_changed_by = v_actor,
        erased_at = clock_timestamp()
    where a.id = v_account.id
    returning a.* into strict v_account;
    perform credits.write_audit(
        v_account.id, v_actor, 'erase_account', v_reason,
        jsonb_build_object('credits', v_credits), jsonb_build_object('status', 'closed')
    );
    return credits.show_account_status(v_account);
end;
$$;

comment on function credits.admin_erase_account(uuid, text) is
'Erases the person behind an account and closes it.';

revoke all on function credits.admin_erase_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_erase_account(uuid, text) to authenticated, service_role;
