-- Removes a member from a team, for who manages it; a member leaves by it. What the member holds
-- can still be captured.
--
-- Returns  the member as it was.
-- Errors   42501 not_signed_in, PT404 account_not_found, member_not_found, PT403 role_too_high,
--          PT409 not_a_team, last_owner
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.remove_member(p_account_id uuid, p_user_id uuid)
returns public.credit_member
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := credits.lock_team(
        p_account_id, case when p_user_id = credits.acting_user_id() then 'read' else 'manage' end
    );
    v_member credits.members := credits.check_team_member(p_account_id, p_user_id);
begin
    perform credits.check_rank(v_rank, v_member.role);
    if v_member.role = 'owner' then
        perform credits.check_last_owner(p_account_id, p_user_id);
    end if;
    perform credits.revoke_invitations_of(p_account_id, p_user_id);
    delete from credits.members as m
    where m.account_id = p_account_id and m.user_id = p_user_id;
    return credits.show_member(
        credits.read_account(p_account_id), v_member,
        case when v_rank < credits.role_rank('admin') then p_user_id end
    );
end;
$$;

comment on function credits.remove_member(uuid, uuid) is
'Removes a member from a team.';

revoke all on function credits.remove_member(uuid, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.remove_member(uuid, uuid) to authenticated, service_role;
