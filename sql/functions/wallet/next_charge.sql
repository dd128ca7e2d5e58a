-- The next charge of a locked account, once per key, and the account after it; neither is written
-- here. The core of use_credits, check_and_deduct_credits and the batch.
--
-- Without an amount the catalog in force prices the service. A replay is answered before status,
-- rate, price and caps are looked at, with the stored cost and balance of then.
--
-- p_charge   type usage, its amount negative or null; see next_transaction.
-- p_is_call  a call, which counts against the limit per minute.
-- p_is_new   the caller knows that the key is.
-- Returns    the stored transaction and no account, on a replay.
-- Errors   PT409 idempotency_key_reused, PT403 account_paused, account_closed, PT429 rate_limited,
--          PT402 insufficient_credits, spend_cap_reached, member_cap_reached,
--          PT404 member_not_found, and those of price_usage
-- Locks    credits.members: one row of a team; the caller has locked the account.
create or replace function credits.next_charge(
    p_account credits.accounts,
    p_charge credits.transactions,
    p_is_call boolean,
    p_is_new boolean default false
)
returns credits.next_transaction
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_stored credits.transactions;
    v_cost numeric := -p_charge.amount;
begin
    if not p_is_new then
        v_stored := credits.find_transaction(
            p_account, p_charge.scope, p_charge.key, p_charge.request
        );
        if v_stored.id is not null then
            return (null, v_stored)::credits.next_transaction;
        end if;
    end if;
    if p_account.status <> 'active' then
        perform credits.check_active(p_account);
    end if;
    if p_is_call and p_account.requests_per_minute is not null then
        p_account := credits.count_request(p_account);
    end if;
    if v_cost is null then
        select p.cost, p.version, p.provider_cost
        into strict v_cost, p_charge.price_version, p_charge.provider_cost
        from credits.price_usage(
            p_charge.service, p_charge.quantity, coalesce(p_charge.usage, '{}'),
            p_account.last_transaction_at
        ) as p;
        p_charge.amount := -v_cost;
    end if;
    -- A look at what can refuse it: last month's counter is too high at most, and a gift's hold is
    -- no use. check_spend looks closer.
    if p_account.kind = 'team'
        or v_cost > p_account.balance - p_account.held
        or v_cost > p_account.monthly_spend_cap - p_account.month_spent - p_account.held
    then
        perform credits.check_spend(
            p_account, p_charge.user_id, v_cost,
            -- What a batch reports is done: no other model can do it now.
            case when p_is_call then p_charge.service end, p_charge.usage
        );
        perform credits.count_member_spend(p_account, p_charge.user_id, v_cost);
    end if;
    return credits.next_transaction(p_account, p_charge);
end;
$$;

comment on function credits.next_charge(credits.accounts, credits.transactions, boolean, boolean) is
'The next charge of a locked account, once per key, and the account after it.';

revoke all on function credits.next_charge(credits.accounts, credits.transactions, boolean, boolean)
from public, anon, authenticated, service_role;
