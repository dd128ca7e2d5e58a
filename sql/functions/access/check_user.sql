-- Refuses a user who is not in auth.users, is deleted, or is banned.
--
-- Returns  the user's id.
-- Errors   42501 user_unknown
create or replace function credits.check_user(p_user_id uuid)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from auth.users as u
        where
            u.id = p_user_id
            and u.deleted_at is null
            and (u.banned_until is null or u.banned_until <= clock_timestamp())
    ) then
        return p_user_id;
    end if;
    raise exception 'user_unknown' using
        errcode = '42501',
        hint = 'This user does not exist any more, or is banned.';
end;
$$;

comment on function credits.check_user(uuid) is
'The user''s id, or 42501 for an unknown, deleted or banned user.';

revoke all on function credits.check_user(uuid) from public, anon, authenticated, service_role;
