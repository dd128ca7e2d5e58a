-- The address of a user in auth.users, in small letters, confirmed or not; null when there is none.
create or replace function credits.email_of_user(p_user_id uuid)
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select lower(u.email) from auth.users as u where u.id = p_user_id;
$$;

comment on function credits.email_of_user(uuid) is
'The address of a user.';

revoke all on function credits.email_of_user(uuid) from public, anon, authenticated, service_role;
