-- Makes the invited user a member of the team. Who was one before has this month's spending counted
-- again, so that to leave and come back is no way around a cap.
--
-- Errors   42501 not_signed_in, PT404 invitation_not_found
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.accept_invitation(p_invitation_id uuid)
returns public.credit_account
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_invitation credits.invitations := credits.my_invitation(v_user_id, p_invitation_id, true);
    v_account credits.accounts := credits.lock_account(v_invitation.account_id);
begin
    v_invitation := credits.my_invitation(v_user_id, p_invitation_id, true);
    if v_invitation.state = 'open' then
        insert into credits.members (account_id, user_id, role, month_spent, month_ends_at)
        values (
            v_account.id, v_user_id, v_invitation.role,
            credits.member_usage(v_account, v_user_id),
            credits.month_end(v_account.last_transaction_at)
        )
        on conflict (account_id, user_id) do nothing;
        update credits.invitations as i
        set state = 'accepted', ended_at = clock_timestamp()
        where i.account_id = v_account.id and i.id = v_invitation.id;
    end if;
    return credits.show_account(
        v_account.id, (credits.member_row(v_account.id, v_user_id)).role
    );
end;
$$;

comment on function credits.accept_invitation(uuid) is
'Makes the invited user a member of the team.';

revoke all on function credits.accept_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.accept_invitation(uuid) to authenticated;
