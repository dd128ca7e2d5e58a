-- A member of a team.
--
-- Errors   PT404 member_not_found
create or replace function credits.check_team_member(p_account_id uuid, p_user_id uuid)
returns credits.members
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member credits.members := credits.member_row(p_account_id, p_user_id);
begin
    if v_member.user_id is null then
        raise exception 'member_not_found' using
            errcode = 'PT404',
            hint = 'This user is no member of the account.';
    end if;
    return v_member;
end;
$$;

comment on function credits.check_team_member(uuid, uuid) is
'A member of a team, or PT404.';

revoke all on function credits.check_team_member(uuid, uuid)
from public, anon, authenticated, service_role;
