-- RPC for administrators; rules, units and errors: credits.admin_list_accounts.
create or replace function public.admin_list_accounts(
    search text default null,
    status text default null,
    before uuid default null,
    page_size integer default 50
)
returns setof public.credit_admin_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_accounts(
        search, status, before, page_size
    ) as r;
end;
$$;

comment on function public.admin_list_accounts(text, text, uuid, integer) is
'All accounts, or those that a search finds.';

revoke all on function public.admin_list_accounts(text, text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_accounts(
    text, text, uuid, integer
) to authenticated, service_role;
