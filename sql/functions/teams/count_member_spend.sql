-- Counts what a member of a team spent in the calendar month; a refund counts below 0. Somebody who
-- is no member any more is not counted.
--
-- Locks    credits.members: one row; the caller has locked the account.
create or replace function credits.count_member_spend(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.members as m
    set
        month_spent = credits.member_spent(p_account, m) + p_amount,
        month_ends_at = credits.month_end(p_account.last_transaction_at)
    where m.account_id = p_account.id and m.user_id = p_user_id;
end;
$$;

comment on function credits.count_member_spend(credits.accounts, uuid, numeric) is
'Counts what a member of a team spent in the calendar month.';

revoke all on function credits.count_member_spend(credits.accounts, uuid, numeric)
from public, anon, authenticated, service_role;
