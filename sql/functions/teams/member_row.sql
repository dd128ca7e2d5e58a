-- A member of an account; all null for somebody who is none.
create or replace function credits.member_row(p_account_id uuid, p_user_id uuid)
returns credits.members
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member credits.members;
begin
    select m.* into v_member
    from credits.members as m
    where m.account_id = p_account_id and m.user_id = p_user_id;
    return v_member;
end;
$$;

comment on function credits.member_row(uuid, uuid) is
'A member of an account.';

revoke all on function credits.member_row(uuid, uuid)
from public, anon, authenticated, service_role;
