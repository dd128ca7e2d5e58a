-- Charges what a held call has cost; the rest of the hold is available again. An identical capture
-- is answered as it was then.
--
-- Units    p_amount: credits. Without it the usage is priced; without that, the whole hold is
--          taken.
-- Returns  released: what came back of the hold.
-- Errors   PT404 account_not_found, hold_not_found, PT409 hold_not_open, 22023 invalid_amount, the
--          limits of texts and those of price_usage. Beyond the hold also PT402
--          insufficient_credits, spend_cap_reached, member_cap_reached, PT404 member_not_found,
--          PT403 account_paused, account_closed: the hold stands then.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.capture_credits(
    p_account_id uuid,
    p_hold_id uuid,
    p_amount numeric,
    p_usage jsonb,
    p_description text,
    p_metadata jsonb
)
returns public.credit_capture
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_usage jsonb := credits.check_usage_shape(p_usage);
    v_request bytea;
    v_account credits.accounts;
    v_hold credits.holds;
    v_transaction credits.transactions;
    v_price record;
begin
    if p_amount is not null then
        p_amount := credits.check_amount(p_amount);
    end if;
    p_metadata := credits.digest_prompt(p_metadata);
    perform credits.check_texts('capture', null, null, p_description, p_metadata);
    v_request := credits.request_hash(jsonb_build_array(
        'capture', p_hold_id, p_amount, v_usage, p_description, p_metadata
    ));
    v_account := credits.lock_account(p_account_id);
    v_hold := credits.hold_row(p_account_id, p_hold_id);
    select t.* into v_transaction
    from credits.transactions as t
    where
        t.account_id = p_account_id and t.id = v_hold.transaction_id and t.request = v_request;
    if not found then
        perform credits.check_open(v_hold);
        v_price := credits.capture_price(v_hold, p_amount, v_usage);
        v_hold.usage := nullif(coalesce(nullif(v_usage, '{}'), v_hold.usage), '{}');
        v_hold.metadata := nullif(v_hold.metadata || p_metadata, '{}');
        v_transaction := credits.charge_hold(
            v_account, v_hold, v_price.cost, v_request, p_description, v_price.version,
            v_price.provider_cost
        );
    end if;
    return (
        v_transaction.id, -v_transaction.amount,
        greatest(v_hold.amount + v_transaction.amount, 0), v_transaction.balance_after,
        v_transaction.held_after, v_transaction.balance_after - v_transaction.held_after
    )::public.credit_capture;
end;
$$;

comment on function credits.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb) is
'Charges what a held call has cost, and gives the rest of the hold back.';

revoke all on function credits.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function credits.capture_credits(
    uuid, uuid, numeric, jsonb, text, jsonb
) to service_role;
