-- An invitation in its public shape: one that is open too long has expired.
create or replace function credits.show_invitation(p_invitation credits.invitations)
returns public.credit_invitation
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        p_invitation.id, p_invitation.account_id,
        (select a.name from credits.accounts as a where a.id = p_invitation.account_id),
        p_invitation.email, p_invitation.role,
        case
            when p_invitation.state = 'open' and p_invitation.expires_at <= clock_timestamp()
                then 'expired'
            else p_invitation.state
        end,
        p_invitation.invited_by, p_invitation.created_at, p_invitation.expires_at
    )::public.credit_invitation;
end;
$$;

comment on function credits.show_invitation(credits.invitations) is
'An invitation in its public shape.';

revoke all on function credits.show_invitation(credits.invitations)
from public, anon, authenticated, service_role;
