-- RPC for administrators; rules, units and errors: credits.admin_list_top_accounts.
create or replace function public.admin_list_top_accounts(
    since timestamptz default null,
    until timestamptz default null,
    page_size integer default 20
)
returns setof public.credit_top_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_top_accounts(since, until, page_size) as r;
end;
$$;

comment on function public.admin_list_top_accounts(timestamptz, timestamptz, integer) is
'The accounts that used most.';

revoke all on function public.admin_list_top_accounts(timestamptz, timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_top_accounts(
    timestamptz, timestamptz, integer
) to authenticated, service_role;
