-- Lets an open hold live so long from now, never shorter than it would.
--
-- Errors   PT404 account_not_found, hold_not_found, PT409 hold_not_open, 22023 invalid_ttl
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.extend_hold(
    p_account_id uuid,
    p_hold_id uuid,
    p_ttl_seconds integer
)
returns public.credit_hold
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ttl interval := credits.check_ttl(p_ttl_seconds);
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_hold credits.holds := credits.hold_row(p_account_id, p_hold_id);
begin
    perform credits.check_open(v_hold);
    update credits.holds as h
    set expires_at = greatest(h.expires_at, v_account.last_transaction_at + v_ttl)
    where h.account_id = p_account_id and h.id = p_hold_id
    returning h.* into strict v_hold;
    return credits.show_hold(v_hold, v_account.balance, v_account.held);
end;
$$;

comment on function credits.extend_hold(uuid, uuid, integer) is
'Lets an open hold live longer.';

revoke all on function credits.extend_hold(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.extend_hold(uuid, uuid, integer) to service_role;
