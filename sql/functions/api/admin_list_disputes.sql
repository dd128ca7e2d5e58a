-- RPC for administrators; rules, units and errors: credits.admin_list_disputes.
create or replace function public.admin_list_disputes(
    status text default 'pending',
    before uuid default null,
    page_size integer default 50
)
returns setof public.credit_dispute
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_disputes(status, before, page_size) as r;
end;
$$;

comment on function public.admin_list_disputes(text, uuid, integer) is
'The disputes of a status, the longest waiting first.';

revoke all on function public.admin_list_disputes(text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_disputes(
    text, uuid, integer
) to authenticated, service_role;
