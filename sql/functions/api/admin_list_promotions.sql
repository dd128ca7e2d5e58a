-- RPC for administrators; rules, units and errors: credits.admin_list_promotions.
create or replace function public.admin_list_promotions(
    before text default null,
    page_size integer default 50
)
returns setof public.credit_promotion
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_promotions(before, page_size) as r;
end;
$$;

comment on function public.admin_list_promotions(text, integer) is
'All promotions, the newest first.';

revoke all on function public.admin_list_promotions(text, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_promotions(
    text, integer
) to authenticated, service_role;
