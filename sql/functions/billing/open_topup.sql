-- Opens the attempt to top an account up, or returns the one in flight: there is one at a time, and
-- its idempotency key is kept before anybody asks for money.
--
-- Units    total_cents: minor units of currency.
-- Returns  no row when there is nothing to do: off, paused, enough credits, or no room within the
--          monthly limit (which is told once a month). An attempt of a week ago is given up.
--          customer_id: null for an account that has none. is_stale: the key is so old that the
--          provider may have forgotten it: look whether it was paid before asking again.
-- Errors   PT409 provider_mode_differs, no_catalog, PT404 account_not_found
-- Locks    credits.catalogs, shared; credits.accounts: one row; until commit.
create or replace function credits.open_topup(
    p_account_id uuid,
    p_provider text,
    p_livemode boolean
)
returns table (
    order_id uuid,
    provider_key uuid,
    customer_id text,
    name text,
    total_cents bigint,
    currency text,
    is_stale boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_livemode boolean := credits.check_livemode(p_provider, p_livemode);
    v_account credits.accounts;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(p_account_id);
    if not credits.wants_topup(v_account) then
        return;
    end if;
    perform credits.end_order(o.account_id, o.id, 'expired')
    from credits.orders as o
    where
        o.account_id = p_account_id and o.is_topup and o.status = 'open'
        and o.created_at < clock_timestamp() - interval '7 days';
    select o.* into v_order
    from credits.orders as o
    where
        o.account_id = p_account_id and o.is_topup and o.status = 'open'
        and o.provider = p_provider;
    if not found then
        v_order := credits.new_topup(v_account, p_provider);
    end if;
    return query
    select
        v_order.id, v_order.provider_key, c.id, v_order.quote #>> '{lines,0,label}',
        v_order.total_cents, v_order.currency,
        v_order.created_at < clock_timestamp() - interval '23 hours'
    from (values (v_order.id)) as o (id)
    left join credits.customers as c
        on c.account_id = p_account_id
        and c.provider = p_provider
        and c.livemode = v_livemode
        and c.deleted_at is null
    where o.id is not null;
end;
$$;

comment on function credits.open_topup(uuid, text, boolean) is
'Opens the attempt to top an account up, or returns the one in flight.';

revoke all on function credits.open_topup(uuid, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.open_topup(uuid, text, boolean) to credits_edge, service_role;
