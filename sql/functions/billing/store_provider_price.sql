-- Keeps what the provider calls a price: it becomes the current one of its plan or pack. Those of
-- before are kept: subscriptions go on at them.
--
-- Errors   PT409 price_taken: the provider's price is known with other terms
-- Locks    credits.providers: one row, so that the mode stays and prices come one by one; then
--          credits.provider_prices: the rows of the plan or pack; until commit.
create or replace function credits.store_provider_price(
    p_provider text,
    p_kind text,
    p_code text,
    p_product_id text,
    p_price_id text,
    p_amount_cents bigint,
    p_currency text,
    p_billing_interval text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_livemode boolean;
begin
    select p.livemode into v_livemode
    from credits.providers as p
    where p.provider = p_provider
    for no key update;
    update credits.provider_prices as p
    set is_current = false
    where
        p.provider = p_provider and p.livemode = v_livemode and p.kind = p_kind
        and p.code = p_code and p.price_id <> p_price_id and p.is_current;
    insert into credits.provider_prices as p (
        provider, price_id, livemode, kind, code, product_id, amount_cents, currency,
        billing_interval, is_current
    )
    values (
        p_provider, p_price_id, v_livemode, p_kind, p_code, p_product_id, p_amount_cents,
        p_currency, p_billing_interval, true
    )
    on conflict (provider, price_id) do update
    set is_current = true, product_id = excluded.product_id, stored_at = clock_timestamp()
    where
        (p.livemode, p.kind, p.code, p.amount_cents, p.currency)
        = (v_livemode, p_kind, p_code, p_amount_cents, p_currency)
        and p.billing_interval is not distinct from p_billing_interval;
    if not found then
        raise exception 'price_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('price_id', p_price_id)::text,
            hint = 'This price is known with other terms: the provider''s prices never change.';
    end if;
end;
$$;

comment on function credits.store_provider_price(
    text, text, text, text, text, bigint, text, text
) is
'Keeps what the provider calls the price of a plan or a pack.';

revoke all on function credits.store_provider_price(
    text, text, text, text, text, bigint, text, text
) from public, anon, authenticated, service_role;
grant execute on function credits.store_provider_price(
    text, text, text, text, text, bigint, text, text
) to service_role;
