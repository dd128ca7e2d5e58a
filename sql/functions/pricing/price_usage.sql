-- Prices one use of a service by the catalog in force, exact to nine places.
--
-- The price is the sum of the service's components: each meter's count times its credits per
-- unit_size, rounded once by the service's rule, and kept between its minimum and maximum. The
-- tokens read decide which tier of a component holds. A use that comes to nothing is refused
-- unless the catalog says that the service is free, so a missing count never makes a call free of
-- charge.
--
-- p_quantity  as check_quantity returned it, not null.
-- p_usage     as check_usage_shape returned it.
-- p_at        the time of the charge.
-- p_version   the catalog that prices it; null for the one in force.
-- Units       cost: credits. provider_cost: what it costs us, in major units of the catalog's
--             currency, of the components whose cost is known; null when none is.
--             version: the catalog's version, to be kept with the charge.
-- Errors      22023 unknown_service, invalid_quantity, invalid_usage, PT409 no_catalog
drop function if exists credits.price_usage(text, numeric, jsonb);
drop function if exists credits.price_usage(text, numeric, jsonb, timestamptz);
create or replace function credits.price_usage(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_at timestamptz,
    p_version integer default null,
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
    v_service credits.services;
    v_context bigint := 1;
begin
    version := coalesce(p_version, credits.version_in_force(p_at));
    select s.* into v_service
    from credits.services as s
    where s.version = price_usage.version and s.code = p_service;
    if not found then
        raise exception 'unknown_service' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service)::text,
            hint = 'list_credit_prices() lists the services.';
    end if;
    if p_usage <> '{}' then
        perform credits.check_usage(version, p_service, p_usage);
        v_context := greatest(credits.context_tokens(p_usage), 1);
    end if;
    if p_usage <> '{}' or p_quantity <> 1 then
        p_quantity := credits.count_quantity(v_service, p_quantity, p_usage);
    end if;

    -- Quotients with 30 places, and their dust cut off far below nine, so that thirds add up.
    select
        round(sum(p.credits * u.units / p.unit_size::numeric(60, 30)), 20),
        trim_scale(round(sum(p.cost * u.units / p.unit_size::numeric(60, 30)), 20))
    into cost, provider_cost
    from credits.prices as p
    cross join lateral (
        select case
            when p.meter = v_service.unit_meter then p_quantity
            else credits.count_units(p, p_quantity, p_usage)
        end
    ) as u (units)
    where
        p.version = price_usage.version
        and p.service = p_service
        and p.above_tokens < v_context
        and (p.up_to_tokens is null or p.up_to_tokens >= v_context);
    cost := case when cost > 0 then credits.round_credits(cost, v_service) else 0 end;
    if cost > 1e12 or cost = 0 and not v_service.is_free then
        raise exception 'invalid_usage' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service, 'cost', cost)::text,
            hint = 'The usage must name what this service counts: see list_credit_prices().';
    end if;
end;
$$;

comment on function credits.price_usage(text, numeric, jsonb, timestamptz, integer) is
'The cost of one use of a service by the catalog in force, and that catalog''s version.';

revoke all on function credits.price_usage(text, numeric, jsonb, timestamptz, integer)
from public, anon, authenticated, service_role;
