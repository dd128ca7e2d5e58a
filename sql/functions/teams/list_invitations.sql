-- The invitations of a team, newest first and at most 200, for who manages it; without an account
-- those that the signed-in user can accept.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.list_invitations(p_account_id uuid)
returns setof public.credit_invitation
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := case
        when p_account_id is not null
            then (credits.read_account(credits.authorize_account(p_account_id, 'manage'))).id
    end;
    v_email text := case
        when p_account_id is null then credits.confirmed_email(credits.signed_in_user_id())
    end;
begin
    return query
    select s.*
    from (
        select i.*
        from credits.invitations as i
        where
            i.account_id = v_account_id
            or i.email = v_email
            and i.state = 'open'
            and i.expires_at > clock_timestamp()
            and (i.invited_by is null or credits.is_user(i.invited_by))
        order by i.created_at desc, i.id
        limit 200
    ) as i
    cross join lateral credits.show_invitation(i) as s
    order by s.created_at desc, s.id;
end;
$$;

comment on function credits.list_invitations(uuid) is
'The invitations of a team, or of the signed-in user.';

revoke all on function credits.list_invitations(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.list_invitations(uuid) to authenticated, service_role;
