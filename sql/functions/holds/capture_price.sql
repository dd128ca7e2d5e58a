-- What the capture of a hold costs: the amount that is stated, or the price of the usage by the
-- catalog of when the hold was placed, or the whole hold. The hold's quantity counts where the
-- usage does not say otherwise.
--
-- Returns  version: of the catalog that priced it; null for a stated amount.
-- Errors   22023 unknown_service, invalid_usage, invalid_quantity, PT409 no_catalog
create or replace function credits.capture_price(
    p_hold credits.holds,
    p_amount numeric,
    p_usage jsonb,
    out cost numeric,
    out provider_cost numeric,
    out version integer
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_quantity numeric := coalesce(p_hold.quantity, 1);
begin
    cost := coalesce(p_amount, p_hold.amount);
    if p_amount is not null or p_usage = '{}' then
        version := case when p_amount is null and p_hold.is_priced then p_hold.price_version end;
        return;
    end if;
    if exists (
        select from credits.services as s
        where
            s.version = p_hold.price_version
            and s.code = p_hold.service
            and (s.unit_meter is null or p_usage ? s.unit_meter)
    ) then
        v_quantity := 1;
    end if;
    select p.cost, p.provider_cost, p.version
    into strict capture_price.cost, capture_price.provider_cost, capture_price.version
    from credits.price_usage(
        p_hold.service, v_quantity, p_usage, p_hold.created_at, p_hold.price_version
    ) as p;
end;
$$;

comment on function credits.capture_price(credits.holds, numeric, jsonb) is
'What the capture of a hold costs.';

revoke all on function credits.capture_price(credits.holds, numeric, jsonb)
from public, anon, authenticated, service_role;
