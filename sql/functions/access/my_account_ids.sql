-- The accounts on which the signed-in user has a right: the personal one and the memberships.
--
-- Row policies call it, so it reads members as the owner (a policy on members would recurse).
-- Without claims it is empty, and a policy then shows nothing. Policies cannot raise for banned
-- users one row at a time; a banned or deleted user simply has no accounts here.
create or replace function credits.my_account_ids(p_right text)
returns setof uuid
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with me as (
        select u.id
        from auth.users as u
        where
            u.id = auth.uid()
            and u.deleted_at is null
            and (u.banned_until is null or u.banned_until <= clock_timestamp())
    )

    select me.id
    from me
    union
    select m.account_id
    from credits.members as m
    inner join me on m.user_id = me.id
    where m.role = any(credits.roles_with_right(p_right))
$$;

comment on function credits.my_account_ids(text) is
'Ids of the accounts on which the signed-in user has a right.';

revoke all on function credits.my_account_ids(text) from public, anon, authenticated, service_role;
grant execute on function credits.my_account_ids(text) to authenticated;
