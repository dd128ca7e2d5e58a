-- Whether an administrator owns an account or is a member of it.
create or replace function credits.has_part_in(p_account_id uuid, p_actor text)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        exists (
            select from credits.accounts as a
            where a.id = p_account_id and 'user:' || a.owner_id = p_actor
        )
        or exists (
            select from credits.members as m
            where m.account_id = p_account_id and 'user:' || m.user_id = p_actor
        );
$$;

comment on function credits.has_part_in(uuid, text) is
'Whether an administrator owns an account or is a member of it.';

revoke all on function credits.has_part_in(uuid, text)
from public, anon, authenticated, service_role;
