-- Sets the monthly cap of all members of role member at once.
--
-- Units    p_monthly_cap: credits a calendar month; -1 clears it.
-- Returns  those members.
-- Errors   42501 not_signed_in, PT404 account_not_found, PT409 not_a_team, 22023 invalid_amount
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_member_caps(p_account_id uuid, p_monthly_cap numeric)
returns setof public.credit_member
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.lock_team(p_account_id, 'manage');
    p_monthly_cap := credits.check_member_cap(p_monthly_cap);
    update credits.members as m
    set monthly_cap = p_monthly_cap
    where m.account_id = p_account_id and m.role = 'member';
    return query
    select l.* from credits.list_members(p_account_id) as l where l.role = 'member';
end;
$$;

comment on function credits.set_member_caps(uuid, numeric) is
'Sets the monthly cap of all members of role member.';

revoke all on function credits.set_member_caps(uuid, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.set_member_caps(uuid, numeric) to authenticated, service_role;
