-- Writes a catalog's services and models: what each is, and one row a component of its price.
create or replace function credits.store_prices(p_version integer, p_catalog jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.models (
        version, code, name, position, provider, tier, source, deprecated_at, context_tokens,
        max_output_tokens, capabilities
    )
    select
        p_version, m.item ->> 'code', m.item ->> 'name', m.position, m.item ->> 'provider',
        m.item ->> 'tier', m.item ->> 'source',
        (m.item ->> 'deprecated_at')::timestamp at time zone 'UTC',
        (m.item ->> 'context_tokens')::bigint, (m.item ->> 'max_output_tokens')::bigint,
        array(
            select c.name
            from jsonb_array_elements_text(coalesce(m.item -> 'capabilities', '[]')) as c (name)
        )
    from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
        with ordinality as m (item, position);

    insert into credits.services (
        version, code, position, description, unit_meter, whole_units, is_free, minimum_credits,
        maximum_credits, rounding_places, rounding_mode
    )
    select
        p_version, s.item ->> 'code', s.place, s.item ->> 'description',
        credits.unit_meter(s.item), coalesce((s.item ->> 'whole_units')::boolean, false),
        coalesce((s.item ->> 'free')::boolean, false), (s.item ->> 'minimum_credits')::numeric,
        (s.item ->> 'maximum_credits')::numeric,
        coalesce(
            s.item #>> '{rounding,places}', p_catalog #>> '{rounding,places}', '9'
        )::integer,
        coalesce(s.item #>> '{rounding,mode}', p_catalog #>> '{rounding,mode}', 'half_up')
    from credits.catalog_services(p_catalog) as s;

    insert into credits.prices (
        version, service, meter, unit, unit_size, credits, cost, above_tokens, up_to_tokens
    )
    select
        p_version, s.item ->> 'code', c.meter, c.unit, c.unit_size, c.credits, c.cost,
        c.above_tokens, c.up_to_tokens
    from credits.catalog_services(p_catalog) as s
    cross join lateral credits.price_components(s.item, p_catalog) as c;
end;
$$;

comment on function credits.store_prices(integer, jsonb) is
'Writes the prices of a catalog''s services and models.';

revoke all on function credits.store_prices(integer, jsonb)
from public, anon, authenticated, service_role;
