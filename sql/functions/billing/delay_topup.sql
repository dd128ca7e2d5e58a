-- The provider could not be reached: the attempt to top an account up stays, and is made again
-- after 1, 2, 4 ... minutes, at most an hour.
--
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.delay_topup(p_account_id uuid, p_order_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.lock_account(p_account_id);
    update credits.auto_topups as t
    set
        failures = t.failures + 1,
        next_attempt_at = clock_timestamp() + least(
            interval '1 hour', interval '1 minute' * 2 ^ least(t.failures, 6)
        )
    where
        t.account_id = p_account_id
        and exists (
            select from credits.orders as o
            where
                o.account_id = p_account_id and o.id = p_order_id and o.is_topup
                and o.status = 'open'
        );
end;
$$;

comment on function credits.delay_topup(uuid, uuid) is
'Waits with an attempt to top an account up.';

revoke all on function credits.delay_topup(uuid, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.delay_topup(uuid, uuid) to credits_edge, service_role;
