-- What somebody could spend of an account now: within the account's limits, and of a team within
-- the member's.
--
-- p_user_id  null for the back end.
create or replace function credits.spendable_by(p_account credits.accounts, p_user_id uuid)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return least(
        credits.spendable(p_account),
        credits.member_left(p_account, credits.member_row(p_account.id, p_user_id))
    );
end;
$$;

comment on function credits.spendable_by(credits.accounts, uuid) is
'What somebody could spend of an account now.';

revoke all on function credits.spendable_by(credits.accounts, uuid)
from public, anon, authenticated, service_role;
