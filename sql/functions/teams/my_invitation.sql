-- An invitation for the confirmed e-mail address of a user. One that is absent, for another
-- address, revoked or expired gets the same answer, and one of somebody who is deleted or banned.
--
-- p_is_accepted  one that the user has accepted will do too.
-- Errors   PT404 invitation_not_found
create or replace function credits.my_invitation(
    p_user_id uuid,
    p_invitation_id uuid,
    p_is_accepted boolean
)
returns credits.invitations
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_invitation credits.invitations;
begin
    select i.* into v_invitation
    from credits.invitations as i
    where
        i.id = p_invitation_id
        and i.email = credits.confirmed_email(p_user_id)
        and (
            i.state = 'open'
            and i.expires_at > clock_timestamp()
            and (i.invited_by is null or credits.is_user(i.invited_by))
            or p_is_accepted and i.state = 'accepted' and exists (
                select from credits.members as m
                where m.account_id = i.account_id and m.user_id = p_user_id
            )
        );
    if not found then
        raise exception 'invitation_not_found' using
            errcode = 'PT404',
            hint = 'There is no open invitation of this id for you.';
    end if;
    return v_invitation;
end;
$$;

comment on function credits.my_invitation(uuid, uuid, boolean) is
'An invitation for a user, or PT404.';

revoke all on function credits.my_invitation(uuid, uuid, boolean)
from public, anon, authenticated, service_role;
