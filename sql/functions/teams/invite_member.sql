-- Invites somebody into a team by e-mail; to invite the same address again renews the invitation,
-- with the role of now. It is open for 14 days, and tells the invited once a day at most. A team
-- has 100 open ones at most, and makes 200 a day. Who invites has a confirmed address.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 invalid_email, invalid_role, PT403
--          role_too_high, email_not_confirmed, PT409 not_a_team, already_member,
--          too_many_invitations
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.invite_member(
    p_account_id uuid,
    p_email text,
    p_role text
)
returns public.credit_invitation
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := credits.lock_team(p_account_id, 'manage');
    v_email text := credits.check_email(p_email);
    v_open bigint;
    v_made bigint;
    v_invitation credits.invitations;
begin
    perform credits.check_rank(v_rank, p_role);
    perform credits.check_confirmed(credits.acting_user_id());
    if exists (
        select from credits.members as m
        where m.account_id = p_account_id and credits.confirmed_email(m.user_id) = v_email
    ) then
        raise exception 'already_member' using
            errcode = 'PT409',
            hint = 'Somebody with this e-mail address is a member.';
    end if;
    select
        count(*) filter (where i.state = 'open' and i.expires_at > clock_timestamp()),
        count(*) filter (where i.created_at > clock_timestamp() - interval '1 day')
    into strict v_open, v_made
    from credits.invitations as i
    where i.account_id = p_account_id and i.email <> v_email;
    if v_open >= 100 or v_made >= 200 then
        raise exception 'too_many_invitations' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'limit', case when v_open >= 100 then 100 else 200 end
            )::text,
            hint = 'So many invitations are open, or were made within a day.';
    end if;

    insert into credits.invitations as i (account_id, email, role, invited_by, expires_at)
    values (
        p_account_id, v_email, p_role, credits.acting_user_id(),
        clock_timestamp() + interval '14 days'
    )
    on conflict (account_id, email) where state = 'open' do update
    set
        role = excluded.role,
        invited_by = excluded.invited_by,
        expires_at = excluded.expires_at
    returning * into strict v_invitation;
    perform credits.put_notice(
        p_account_id, 'invitation',
        concat_ws(
            ':', p_account_id, v_email, (v_invitation.expires_at at time zone 'UTC')::date
        ),
        jsonb_build_object(
            'invitation_id', v_invitation.id, 'email', v_email, 'role', p_role,
            'expires_at', v_invitation.expires_at, 'account_name', (
                select a.name from credits.accounts as a where a.id = p_account_id
            )
        )
    );
    return credits.show_invitation(v_invitation);
end;
$$;

comment on function credits.invite_member(uuid, text, text) is
'Invites somebody into a team by e-mail.';

revoke all on function credits.invite_member(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.invite_member(uuid, text, text) to authenticated, service_role;
