-- Ends an open order that is not paid: its promotion's use is free again. A payment that is told
-- later pays it all the same.
--
-- p_status  expired, failed, or completed: its checkout is done, and invoices will be paid.
-- Returns   applied, or ignored for an order that is not open or unknown.
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.end_order(
    p_account_id uuid,
    p_order_id uuid,
    p_status text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from credits.accounts as a where a.id = p_account_id) then
        return ('ignored', 'unknown order', null)::credits.outcome;
    end if;
    perform credits.lock_account(p_account_id);
    update credits.orders as o
    set status = p_status
    where o.account_id = p_account_id and o.id = p_order_id and o.status = 'open';
    if not found then
        return ('ignored', 'no open order', null)::credits.outcome;
    end if;
    update credits.redemptions as r
    set lapses_at = clock_timestamp()
    where r.account_id = p_account_id and r.order_id = p_order_id;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.end_order(uuid, uuid, text) is
'Ends an open order that is not paid.';

revoke all on function credits.end_order(uuid, uuid, text)
from public, anon, authenticated, service_role;
