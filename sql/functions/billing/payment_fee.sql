-- The payment processor's fees that the buyer of something pays, by the catalog's method.
--
-- additive   the processor's share is reckoned on the price, and the seller is left short by that
--            share of the fees.
-- gross_up   it is reckoned on the total, so that the seller gets the price.
--
-- Units    cents: minor units, rounded half up. Nothing is paid on nothing.
create or replace function credits.payment_fee(p_catalog credits.catalogs, p_price_cents numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_share numeric := p_catalog.processor_percent / 100;
    v_fixed_cents numeric := p_catalog.processor_fixed_cents + p_catalog.platform_fixed_cents;
begin
    if p_catalog.fee_method is null or p_price_cents = 0 then
        return 0::numeric;
    elsif p_catalog.fee_method = 'additive' then
        return round(p_price_cents * v_share + v_fixed_cents);
    end if;
    return round((p_price_cents + v_fixed_cents) / (1 - v_share)) - p_price_cents;
end;
$$;

comment on function credits.payment_fee(credits.catalogs, numeric) is
'The processor''s fees that a buyer pays.';

revoke all on function credits.payment_fee(credits.catalogs, numeric)
from public, anon, authenticated, service_role;
