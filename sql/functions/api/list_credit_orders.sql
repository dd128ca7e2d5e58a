-- RPC for a signed-in user and the back end; rules, units and errors: credits.list_orders.
create or replace function public.list_credit_orders(
    account_id uuid default null,
    before uuid default null,
    page_size integer default 50
)
returns setof public.credit_order
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_orders(account_id, before, page_size) as r;
end;
$$;

comment on function public.list_credit_orders(uuid, uuid, integer) is
'An account''s orders with their receipts.';

revoke all on function public.list_credit_orders(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.list_credit_orders(
    uuid, uuid, integer
) to authenticated, service_role;
