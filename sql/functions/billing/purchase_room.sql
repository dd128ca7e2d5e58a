-- How much an account may still pay this calendar month: its cap less what it has paid, and less
-- what its open orders may come to, for they can all still be paid.
--
-- p_except_id  an order that does not count, or null.
-- Returns      minor units; null for an account without a cap.
create or replace function credits.purchase_room(
    p_account credits.accounts,
    p_except_id uuid
)
returns bigint
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.monthly_purchase_cap_cents is null then
        return null;
    end if;
    return p_account.monthly_purchase_cap_cents - credits.paid_cents(p_account.id)
    - credits.open_cents(p_account.id, p_except_id);
end;
$$;

comment on function credits.purchase_room(credits.accounts, uuid) is
'How much an account may still pay this month, null without a cap.';

revoke all on function credits.purchase_room(credits.accounts, uuid)
from public, anon, authenticated, service_role;
