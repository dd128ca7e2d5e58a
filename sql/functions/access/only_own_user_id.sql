-- Whose transactions the caller may see of an account: null for all of them (the back end, the
-- owner, admins), else the caller's own id (members and viewers).
create or replace function credits.only_own_user_id(p_account_id uuid)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.is_service()
        or p_account_id in (select m.* from credits.my_account_ids('manage') as m)
    then
        return null;
    end if;
    return auth.uid();
end;
$$;

comment on function credits.only_own_user_id(uuid) is
'Null when the caller may see all of an account''s transactions, else the caller''s own id.';

revoke all on function credits.only_own_user_id(uuid)
from public, anon, authenticated, service_role;
