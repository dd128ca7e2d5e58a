-- Opens an order for a pack or a quantity at its quote, before anybody is asked to pay.
--
-- The edge has verified who the user is. Price and credits come from the quote alone and are kept
-- with the order: what is paid later is compared with it. A promotion's use, and room within the
-- purchase cap, are held for the order as long as it can be paid; who comes again for the same
-- purchase meanwhile is given the same order. provider_key is the idempotency key of the call that
-- creates the checkout, kept before that call is made.
--
-- Units    total_cents, and fee_cents of them, called fee_label: minor units of currency.
-- Returns  expires_at: when the checkout must end, an hour before the promotion's use is free
--          again, so that the news of a payment can come in. product_id: of the pack at the
--          provider, null when it is not synced. saves_card: the card shall pay later top-ups.
-- Errors   22023 invalid_purchase, unknown_package, invalid_quantity, promotion_code_invalid,
--          PT404 account_not_found, 42501 user_unknown, PT403 account_closed, PT402
--          purchase_cap_reached
-- Locks    credits.catalogs, shared, so that the quote and its version are one; then
--          credits.accounts: one row, then the promotion's; until commit.
drop function if exists credits.open_order(uuid, uuid, text, text);
drop function if exists credits.open_order(uuid, uuid, text, text, numeric, text);
create or replace function credits.open_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_package text,
    p_quantity numeric,
    p_promotion_code text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    name text,
    total_cents bigint,
    fee_cents bigint,
    fee_label text,
    currency text,
    expires_at timestamptz,
    product_id text,
    saves_card boolean
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
    v_account credits.accounts;
    v_code text := nullif(credits.promotion_code(p_promotion_code), '');
    v_quote jsonb;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(v_account_id);
    if v_code is not null then
        perform credits.forgive_code_attempt(p_user_id);    -- A refusal below undoes it.
    end if;
    -- Written, not only locked, so that an older snapshot is 40001 and counts no use too few.
    update credits.promotions as p set last_order_at = clock_timestamp() where p.code = v_code;
    v_quote := credits.quote_purchase(
        v_account, p_user_id, p_package, null, p_quantity, p_promotion_code
    );
    perform credits.refuse_purchase(v_account, v_quote);

    v_order := credits.repeatable_order(
        v_account, p_user_id, v_code, p_package, null, (v_quote ->> 'credits')::numeric,
        v_quote -> 'lines'
    );
    if v_order.id is null then
        perform credits.touch_account(v_account.id);
        insert into credits.orders (
            account_id, user_id, provider, package, promotion_code, price_version, credits,
            bonus_credits, total_cents, currency, status, quote
        )
        values (
            v_account.id, p_user_id, p_provider, p_package, v_code,
            credits.version_in_force(statement_timestamp()), (v_quote ->> 'credits')::numeric,
            (v_quote ->> 'bonus_credits')::numeric, (v_quote ->> 'total_cents')::bigint,
            v_quote ->> 'currency', 'open', v_quote
        )
        returning * into strict v_order;
        insert into credits.redemptions (account_id, order_id, code, lapses_at)
        select v_order.account_id, v_order.id, v_code, v_order.created_at + interval '24 hours'
        where v_code is not null;
    end if;
    return query select
        v_order.account_id, v_order.id, v_order.provider_key,
        v_quote #>> '{lines,0,label}', v_order.total_cents,
        (v_quote ->> 'fee_cents')::bigint,
        jsonb_path_query_first(v_quote, '$.lines[*] ? (@.kind == "fee").label') #>> '{}',
        v_order.currency,
        v_order.created_at + interval '23 hours',
        (credits.price_at(p_provider, 'package', v_order.package)).product_id,
        exists (
            select from credits.auto_topups as t
            where t.account_id = v_order.account_id and t.is_enabled
        );
end;
$$;

comment on function credits.open_order(uuid, uuid, text, text, numeric, text) is
'Opens an order for a pack or a quantity of credits at its quote.';

revoke all on function credits.open_order(uuid, uuid, text, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_order(
    uuid, uuid, text, text, numeric, text
) to credits_edge, service_role;
