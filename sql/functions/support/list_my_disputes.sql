-- The disputes of the accounts that the signed-in user manages, and the user's own, newest first.
--
-- Errors   42501 not_signed_in
create or replace function credits.list_my_disputes()
returns setof public.credit_dispute
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
    from credits.disputes as d
    cross join lateral credits.show_dispute(d) as s
    where
        d.account_id = v_user_id
        or d.account_id in (select credits.my_account_ids('manage'))
        or d.user_id = v_user_id and d.account_id in (select credits.my_account_ids('read'))
    order by d.created_at desc, d.id
    limit 1000;
end;
$$;

comment on function credits.list_my_disputes() is
'The disputes of the signed-in user''s accounts.';

revoke all on function credits.list_my_disputes() from public, anon, authenticated, service_role;
grant execute on function credits.list_my_disputes() to authenticated;
