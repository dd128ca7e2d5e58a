-- Releases a hold: all its credits are available again. Again, it changes nothing.
--
-- p_reason  why, such as the error of a call: it is kept with the hold.
-- Returns   the hold, and what the account has now.
-- Errors    PT404 account_not_found, hold_not_found, PT409 hold_not_open, 22023
--           description_too_long
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.release_credits(
    p_account_id uuid,
    p_hold_id uuid,
    p_reason text
)
returns public.credit_hold
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_hold credits.holds;
begin
    perform credits.check_texts('release', null, null, p_reason, null);
    v_account := credits.lock_account(p_account_id);
    v_hold := credits.hold_row(p_account_id, p_hold_id);
    if v_hold.state <> 'released' then
        perform credits.check_open(v_hold);
        v_account := credits.end_hold(v_account, v_hold, p_reason);
        v_account := credits.expire_due(v_account, v_account.last_transaction_at);
        v_hold.state := 'released';
    end if;
    return credits.show_hold(v_hold, v_account.balance, v_account.held);
end;
$$;

comment on function credits.release_credits(uuid, uuid, text) is
'Releases a hold.';

revoke all on function credits.release_credits(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.release_credits(uuid, uuid, text) to service_role;
