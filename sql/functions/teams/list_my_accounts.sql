-- The accounts of the signed-in user: the personal one, then the teams by name.
--
-- Errors   42501 not_signed_in
create or replace function credits.list_my_accounts()
returns setof public.credit_account
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
begin
    return query
    select s.*
    from (
        select v_user_id as account_id, 'owner' as role, null as name
        union all
        select m.account_id, m.role, a.name
        from credits.members as m
        inner join credits.accounts as a on m.account_id = a.id
        where m.user_id = v_user_id
    ) as l
    cross join lateral credits.show_account(l.account_id, l.role) as s
    order by l.account_id is distinct from v_user_id, lower(l.name), l.account_id;
end;
$$;

comment on function credits.list_my_accounts() is
'The accounts of the signed-in user.';

revoke all on function credits.list_my_accounts() from public, anon, authenticated, service_role;
grant execute on function credits.list_my_accounts() to authenticated;
