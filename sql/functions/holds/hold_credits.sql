-- Holds credits for a call whose cost is known afterwards, once per key: no other spend can have
-- them until the hold is captured, released, or over.
--
-- The hold is the log of the request: it keeps service, quantity, usage, reference and metadata,
-- and of metadata.prompt no more than its size and hash.
--
-- Units    p_amount: credits; null to size the hold by the service (hold_size). p_ttl_seconds: 1 to
--          86400.
-- p_partial  hold what there is, up to the amount.
-- Returns  on a replay, the balances as the hold was placed, and its state of now.
-- Errors   22023 invalid_amount, invalid_ttl, amount_or_service_required, the limits of texts and
--          those of price_usage, PT404 account_not_found, member_not_found, PT403 account_paused,
--          account_closed, PT429 rate_limited, PT402 insufficient_credits, spend_cap_reached,
--          member_cap_reached, PT409 idempotency_key_reused
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.hold_credits(
    p_account_id uuid,
    p_key text,
    p_amount numeric,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_ttl_seconds integer,
    p_reference text,
    p_metadata jsonb,
    p_user_id uuid,
    p_partial boolean
)
returns public.credit_hold
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_hold credits.holds;
    v_placed credits.holds;
    v_burnt credits.burnt_grants;
    v_size numeric := p_amount;
    v_ttl interval := credits.check_ttl(p_ttl_seconds);
begin
    if p_amount is not null then
        v_size := credits.check_amount(p_amount);
    end if;
    perform credits.check_priced(v_size, p_service);
    v_hold.user_id := p_user_id;
    v_hold.scope := 'service';
    v_hold.service := p_service;
    v_hold.quantity := credits.check_quantity(p_quantity);
    v_hold.usage := credits.check_usage_shape(p_usage);
    v_hold.reference := p_reference;
    v_hold.metadata := credits.digest_prompt(p_metadata);
    v_hold.key := credits.check_texts(p_key, p_service, p_reference, null, v_hold.metadata);
    v_hold.request := credits.request_hash(jsonb_build_array(
        'hold', v_size, p_service, v_hold.quantity, v_hold.usage, p_ttl_seconds, p_reference,
        v_hold.metadata, p_user_id, coalesce(p_partial, false)
    ));

    v_account := credits.lock_account(p_account_id);
    v_placed := credits.find_hold(v_account, v_hold.scope, v_hold.key, v_hold.request);
    if v_placed.id is null then
        if v_account.status <> 'active' or v_account.requests_per_minute is not null then
            perform credits.check_active(v_account);
            v_account := credits.count_request(v_account);
        end if;
        v_hold.expires_at := v_account.last_transaction_at + v_ttl;
        v_hold.price_version := credits.version_at(v_account.last_transaction_at);
        if v_size is null then
            select s.size, s.is_exact into strict v_size, v_hold.is_priced
            from credits.hold_size(
                p_service, v_hold.quantity, v_hold.usage, p_metadata ->> 'prompt',
                v_account.last_transaction_at
            ) as s;
        end if;
        v_hold.amount := v_size;
        if p_partial then
            v_hold.amount := credits.part_of_hold(v_account, p_user_id, v_size);
            v_hold.is_priced := v_hold.is_priced and v_hold.amount = v_size;
        end if;
        perform credits.check_spend(
            v_account, p_user_id, v_hold.amount, p_service, v_hold.usage
        );
        v_burnt := credits.burn_grants(v_account, v_hold.amount);
        v_hold.grants := v_burnt.grants;
        v_placed := credits.place_hold(v_burnt.account, v_hold);
    end if;
    return credits.show_hold(v_placed, v_placed.balance_after, v_placed.held_after);
end;
$$;

comment on function credits.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) is
'Holds credits for a call whose cost is known afterwards, once per key.';

revoke all on function credits.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) from public, anon, authenticated, service_role;
grant execute on function credits.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) to service_role;
