-- All accounts, or those that a search finds, the newest first.
--
-- p_search  a part of the e-mail address, name or external id, or an account's id or its start.
-- p_before  the id of the last account seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_accounts(
    p_search text,
    p_status text,
    p_before uuid,
    p_page_size integer
)
returns setof public.credit_admin_account
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
    v_part text := lower(nullif(btrim(p_search), ''));
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select s.*
    from (
        select a.*
        from credits.accounts as a
        left join auth.users as u on a.owner_id = u.id
        where
            (p_status is null or a.status = p_status)
            and (
                v_part is null
                or position(v_part in lower(coalesce(a.email, u.email))) > 0
                or position(v_part in lower(a.name)) > 0
                or position(v_part in lower(a.external_id)) > 0
                or starts_with(a.id::text, v_part)
            )
            and (
                p_before is null
                or (a.created_at, a.id) < (
                    select b.created_at, b.id from credits.accounts as b where b.id = p_before
                )
            )
        order by a.created_at desc, a.id desc
        limit p_page_size
    ) as a
    cross join lateral credits.show_admin_account(a) as s
    order by s.created_at desc, s.account_id desc;
end;
$$;

comment on function credits.admin_list_accounts(text, text, uuid, integer) is
'All accounts, or those that a search finds.';

revoke all on function credits.admin_list_accounts(text, text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_accounts(
    text, text, uuid, integer
) to authenticated, service_role;
