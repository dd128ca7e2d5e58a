-- Moves an account's debt: what a refund or a chargeback could not take back.
--
-- The transaction that belongs to it says so: its metadata has "debt_change", from which
-- check_credit_integrity derives the debt again.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.change_debt(p_account_id uuid, p_change numeric)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.accounts as a
    set debt = trim_scale(a.debt + p_change)
    where a.id = p_account_id and p_change <> 0;
end;
$$;

comment on function credits.change_debt(uuid, numeric) is
'Moves an account''s debt.';

revoke all on function credits.change_debt(uuid, numeric)
from public, anon, authenticated, service_role;
