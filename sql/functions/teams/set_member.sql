-- Sets the role and the monthly cap of a member; null leaves what it is.
--
-- Units    p_monthly_cap: credits a calendar month; -1 clears it.
-- Errors   42501 not_signed_in, PT404 account_not_found, member_not_found, PT403 role_too_high,
--          PT409 not_a_team, last_owner, 22023 invalid_role, invalid_amount
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_member(
    p_account_id uuid,
    p_user_id uuid,
    p_role text,
    p_monthly_cap numeric
)
returns public.credit_member
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := credits.lock_team(p_account_id, 'manage');
    v_member credits.members := credits.check_team_member(p_account_id, p_user_id);
begin
    perform credits.check_rank(v_rank, v_member.role);
    if p_role is not null then
        perform credits.check_rank(v_rank, p_role);
        if v_member.role = 'owner' and p_role <> 'owner' then
            perform credits.check_last_owner(p_account_id, p_user_id);
        end if;
        if credits.role_rank(p_role) < credits.role_rank(v_member.role) then
            perform credits.revoke_invitations_of(p_account_id, p_user_id);
        end if;
        v_member.role := p_role;
    end if;
    if p_monthly_cap is not null then
        v_member.monthly_cap := credits.check_member_cap(p_monthly_cap);
    end if;
    update credits.members as m
    set role = v_member.role, monthly_cap = v_member.monthly_cap
    where m.account_id = p_account_id and m.user_id = p_user_id;
    return credits.show_member(credits.read_account(p_account_id), v_member, null);
end;
$$;

comment on function credits.set_member(uuid, uuid, text, numeric) is
'Sets the role and the monthly cap of a member.';

revoke all on function credits.set_member(uuid, uuid, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.set_member(
    uuid, uuid, text, numeric
) to authenticated, service_role;
