-- The disputes of a status, the longest waiting first: the queue of administrators.
--
-- p_status  null for all.
-- p_before  the id of the last dispute seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_disputes(
    p_status text,
    p_before uuid,
    p_page_size integer
)
returns setof public.credit_dispute
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select s.*
    from credits.disputes as d
    cross join lateral credits.show_dispute(d) as s
    where
        (p_status is null or d.status = p_status)
        and (
            p_before is null
            or (d.created_at, d.id) > (
                select b.created_at, b.id from credits.disputes as b where b.id = p_before
            )
        )
    order by d.created_at, d.id
    limit p_page_size;
end;
$$;

comment on function credits.admin_list_disputes(text, uuid, integer) is
'The disputes of a status, the longest waiting first.';

revoke all on function credits.admin_list_disputes(text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_disputes(
    text, uuid, integer
) to authenticated, service_role;
