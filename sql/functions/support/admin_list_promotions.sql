-- All promotions, the newest first.
--
-- p_before  the code of the last promotion seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_promotions(p_before text, p_page_size integer)
returns setof public.credit_promotion
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select s.*
    from credits.promotions as p
    cross join lateral credits.show_promotion(p) as s
    where
        p_before is null
        or (p.created_at, p.code) < (
            select b.created_at, b.code
            from credits.promotions as b
            where b.code = credits.promotion_code(p_before)
        )
    order by p.created_at desc, p.code desc
    limit p_page_size;
end;
$$;

comment on function credits.admin_list_promotions(text, integer) is
'All promotions, the newest first.';

revoke all on function credits.admin_list_promotions(text, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_promotions(
    text, integer
) to authenticated, service_role;
