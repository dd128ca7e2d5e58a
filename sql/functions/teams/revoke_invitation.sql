-- Takes an open invitation back, for who manages the team; who is invited declines by it.
--
-- Errors   42501 not_signed_in, PT404 invitation_not_found
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.revoke_invitation(p_invitation_id uuid)
returns public.credit_invitation
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_invitation credits.invitations;
begin
    select i.* into v_invitation
    from credits.invitations as i
    where
        i.id = p_invitation_id
        and (
            v_user_id is null
            or (credits.member_row(i.account_id, v_user_id)).role
            = any(credits.roles_with_right('manage'))
        );
    if not found then
        v_invitation := credits.my_invitation(v_user_id, p_invitation_id, false);
    end if;
    perform credits.lock_account(v_invitation.account_id);
    -- Under the lock once more: the right may have gone while it was waited for.
    update credits.invitations as i
    set state = 'revoked', ended_at = clock_timestamp()
    where
        i.account_id = v_invitation.account_id
        and i.id = v_invitation.id
        and i.state = 'open'
        and (
            v_user_id is null
            or i.email = credits.confirmed_email(v_user_id)
            or (credits.member_row(i.account_id, v_user_id)).role
            = any(credits.roles_with_right('manage'))
        )
    returning i.* into v_invitation;
    if not found then
        raise exception 'invitation_not_found' using
            errcode = 'PT404',
            hint = 'There is no open invitation of this id for you.';
    end if;
    return credits.show_invitation(v_invitation);
end;
$$;

comment on function credits.revoke_invitation(uuid) is
'Takes an invitation back, or declines it.';

revoke all on function credits.revoke_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.revoke_invitation(uuid) to authenticated, service_role;
