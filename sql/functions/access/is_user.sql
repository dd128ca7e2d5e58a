-- Whether somebody is in auth.users, and neither deleted nor banned.
create or replace function credits.is_user(p_user_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from auth.users as u
        where
            u.id = p_user_id
            and u.deleted_at is null
            and (u.banned_until is null or u.banned_until <= clock_timestamp())
    );
end;
$$;

comment on function credits.is_user(uuid) is
'Whether somebody is in auth.users, and neither deleted nor banned.';

revoke all on function credits.is_user(uuid) from public, anon, authenticated, service_role;
