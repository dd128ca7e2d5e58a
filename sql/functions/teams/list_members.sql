-- The members of an account, with what each spent this month: owners first, then by e-mail.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.list_members(p_account_id uuid)
returns setof public.credit_member
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_only_user_id uuid := credits.only_own_user_id(v_account.id);
begin
    return query
    select s.*
    from credits.members as m
    cross join lateral credits.show_member(v_account, m, v_only_user_id) as s
    where m.account_id = v_account.id
    order by credits.role_rank(m.role) desc, s.email, m.user_id;
end;
$$;

comment on function credits.list_members(uuid) is
'The members of an account.';

revoke all on function credits.list_members(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.list_members(uuid) to authenticated, service_role;
