-- The account's customer at a payment provider, to be created there when it is missing.
--
-- Who comes meanwhile is given the same idempotency key, kept before anybody calls the provider:
-- one account has one customer.
--
-- Returns  customer_id: null for one to be created with provider_key, and then attached. is_stale:
--          the key is so old that the provider may have forgotten it: look for the customer first.
-- Errors   PT404 account_not_found, 42501 user_unknown, PT409 provider_mode_differs
-- Locks    credits.customers: one row.
create or replace function credits.open_customer(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_livemode boolean
)
returns table (
    account_id uuid,
    customer_id text,
    provider_key uuid,
    email text,
    is_stale boolean
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
    v_livemode boolean := credits.check_livemode(p_provider, p_livemode);
    v_account credits.accounts := credits.lock_account(v_account_id);
begin
    insert into credits.customers as c (account_id, provider, livemode)
    values (v_account_id, p_provider, v_livemode)
    on conflict on constraint customers_pkey do update
    set
        id = null,
        deleted_at = null,
        provider_key = gen_random_uuid(),
        created_at = clock_timestamp()
    where c.deleted_at is not null;
    return query
    select
        c.account_id, c.id, c.provider_key, coalesce(v_account.email, u.email::text),
        c.id is null and c.created_at < clock_timestamp() - interval '23 hours'
    from credits.customers as c
    left join auth.users as u on v_account.owner_id = u.id
    where
        c.account_id = v_account_id and c.provider = p_provider and c.livemode = v_livemode;
end;
$$;

comment on function credits.open_customer(uuid, uuid, text, boolean) is
'The account''s customer at a payment provider, to be created there when it is missing.';

revoke all on function credits.open_customer(uuid, uuid, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.open_customer(
    uuid, uuid, text, boolean
) to credits_edge, service_role;
