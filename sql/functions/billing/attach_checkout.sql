-- Notes the provider's checkout session on its order.
--
-- Errors   PT404 order_not_found
create or replace function credits.attach_checkout(
    p_account_id uuid,
    p_order_id uuid,
    p_session_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.orders as o
    set session_id = p_session_id
    where o.account_id = p_account_id and o.id = p_order_id;
    if not found then
        raise exception 'order_not_found' using
            errcode = 'PT404',
            hint = 'There is no such order.';
    end if;
end;
$$;

comment on function credits.attach_checkout(uuid, uuid, text) is
'Notes the provider''s checkout session on its order.';

revoke all on function credits.attach_checkout(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.attach_checkout(uuid, uuid, text) to credits_edge, service_role;
