-- What a member has spent in the calendar month of an account's lock or reading.
create or replace function credits.member_spent(
    p_account credits.accounts,
    p_member credits.members
)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.last_transaction_at < p_member.month_ends_at then
        return p_member.month_spent;
    end if;
    return 0::numeric;
end;
$$;

comment on function credits.member_spent(credits.accounts, credits.members) is
'What a member has spent in the calendar month.';

revoke all on function credits.member_spent(credits.accounts, credits.members)
from public, anon, authenticated, service_role;
