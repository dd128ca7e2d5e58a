-- Refuses to take the role of a team's last owner away; who is deleted is none any more. With the
-- creator gone, the account is the oldest owner's.
--
-- p_user_id  who is an owner no more.
-- Errors   PT409 last_owner
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.check_last_owner(p_account_id uuid, p_user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_heir_id uuid;
begin
    select m.user_id into v_heir_id
    from credits.members as m
    inner join auth.users as u on m.user_id = u.id and u.deleted_at is null
    where
        m.account_id = p_account_id
        and m.role = 'owner'
        and m.user_id is distinct from p_user_id
    order by m.created_at, m.user_id
    limit 1;
    if not found then
        raise exception 'last_owner' using
            errcode = 'PT409',
            hint = 'A team has an owner: make somebody else one first.';
    end if;
    update credits.accounts as a
    set owner_id = v_heir_id
    where a.id = p_account_id and a.owner_id = p_user_id;
end;
$$;

comment on function credits.check_last_owner(uuid, uuid) is
'Refuses to leave a team without an owner with PT409.';

revoke all on function credits.check_last_owner(uuid, uuid)
from public, anon, authenticated, service_role;
