-- Opens an order for a pack at the price of the catalog in force, before anybody is asked to pay.
--
-- The edge has verified who the user is. Price and credits come from the catalog and are kept with
-- the order: what is paid later is compared with it. provider_key is the idempotency key of the
-- call that creates the checkout, kept before that call is made.
--
-- Units    total_cents: minor units of currency.
-- Errors   22023 unknown_package, PT404 account_not_found, 42501 user_unknown, PT403 account_closed
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.open_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_package text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    name text,
    total_cents bigint,
    currency text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_package credits.packages;
    v_order credits.orders;
begin
    if (credits.lock_account(v_account_id)).status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    end if;
    select p.* into v_package
    from credits.packages as p
    where p.version = v_catalog.version and p.code = p_package;
    if not found then
        raise exception 'unknown_package' using
            errcode = '22023',
            detail = jsonb_build_object('package', p_package)::text,
            hint = 'list_credit_packages() lists the packs.';
    end if;

    insert into credits.orders (
        account_id, user_id, provider, package, price_version, credits, bonus_credits,
        total_cents, currency, status
    )
    values (
        v_account_id, p_user_id, p_provider, p_package, v_catalog.version, v_package.credits,
        v_package.bonus_credits, v_package.price_cents, v_catalog.currency, 'open'
    )
    returning * into strict v_order;
    return query select
        v_order.account_id, v_order.id, v_order.provider_key, v_package.name,
        v_order.total_cents, v_order.currency;
end;
$$;

comment on function credits.open_order(uuid, uuid, text, text) is
'Opens an order for a pack at the catalog''s price.';

revoke all on function credits.open_order(uuid, uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_order(uuid, uuid, text, text) to credits_edge, service_role;
