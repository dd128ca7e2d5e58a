-- The gifts of the signed-in user, given and received, and those that wait for the confirmed e-mail
-- address: newest first, at most 200.
--
-- Errors   42501 not_signed_in
create or replace function credits.list_gifts()
returns setof public.credit_gift
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_email text := credits.confirmed_email(v_user_id);
begin
    return query
    select s.*
    from (
        select g.*, case when g.account_id = v_user_id then 'sent' else 'received' end as direction
        from credits.gifts as g
        where
            g.account_id = v_user_id
            or g.recipient_id = v_user_id
            or g.recipient_id is null and g.recipient_email = v_email
        order by g.created_at desc, g.id
        limit 200
    ) as l
    inner join credits.gifts as g on l.account_id = g.account_id and l.id = g.id
    cross join lateral credits.show_gift(g, l.direction) as s
    order by s.created_at desc, s.id;
end;
$$;

comment on function credits.list_gifts() is
'The gifts of the signed-in user.';

revoke all on function credits.list_gifts() from public, anon, authenticated, service_role;
grant execute on function credits.list_gifts() to authenticated;
