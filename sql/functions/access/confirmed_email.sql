-- The e-mail address that a user has confirmed, in lower case; null without one. Claims of a token
-- are not asked.
create or replace function credits.confirmed_email(p_user_id uuid)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select lower(u.email)
        from auth.users as u
        where u.id = p_user_id and u.email_confirmed_at is not null and u.deleted_at is null
    );
end;
$$;

comment on function credits.confirmed_email(uuid) is
'The e-mail address that a user has confirmed.';

revoke all on function credits.confirmed_email(uuid) from public, anon, authenticated, service_role;
