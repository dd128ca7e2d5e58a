-- Prices one use of a service by the catalog in force, exact to nine places.
--
-- The price is the sum of the service's components: each meter's count times its credits per
-- unit_size, rounded once, by the catalog's rule. A use that comes to nothing is refused unless the
-- catalog says that the service is free, so a missing count never makes a call free of charge.
--
-- p_quantity  as check_quantity returned it, not null.
-- p_usage     as check_usage_shape returned it.
-- Units       cost: credits. version: the catalog's version, to be kept with the charge.
-- Errors      22023 unknown_service, invalid_quantity, invalid_usage, PT409 no_catalog
create or replace function credits.price_usage(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    out cost numeric,
    out version integer
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_is_free boolean;
    v_unit_meter text;
begin
    select
        bool_and(p.is_free),
        max(p.meter) filter (where p.counts_quantity)
    into v_is_free, v_unit_meter
    from credits.prices as p
    where p.version = v_catalog.version and p.service = p_service;
    if v_is_free is null then
        raise exception 'unknown_service' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service)::text,
            hint = 'list_credit_prices() lists the services.';
    elsif p_quantity <> 1 and (v_unit_meter is null or p_usage ? v_unit_meter) then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service)::text,
            hint = 'The quantity counts a service''s own unit, and only where the usage does not.';
    end if;

    if p_usage <> '{}' then
        perform credits.check_usage(v_catalog.version, p_service, p_usage);
        p_quantity := coalesce((p_usage ->> v_unit_meter)::numeric, p_quantity);
    end if;
    -- Quotients with 30 places, and their dust cut off far below nine, so that thirds add up.
    select round(
        sum(
            p.credits
            * case
                when p.counts_quantity then p_quantity
                else credits.count_units(p, p_quantity, p_usage)
            end
            / p.unit_size::numeric(60, 30)
        ),
        20
    )
    into strict cost
    from credits.prices as p
    where p.version = v_catalog.version and p.service = p_service;
    cost := credits.round_credits(cost, v_catalog);
    version := v_catalog.version;
    if cost > 1e12 or cost = 0 and not v_is_free then
        raise exception 'invalid_usage' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service, 'cost', cost)::text,
            hint = 'The usage must name what this service counts: see list_credit_prices().';
    end if;
end;
$$;

comment on function credits.price_usage(text, numeric, jsonb) is
'The cost of one use of a service by the catalog in force, and that catalog''s version.';

revoke all on function credits.price_usage(text, numeric, jsonb)
from public, anon, authenticated, service_role;
