-- Writes a catalog's services and models: one row a component of a price.
create or replace function credits.store_prices(p_version integer, p_catalog jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.models (version, code, name, position, provider, tier)
    select
        p_version, m.item ->> 'code', m.item ->> 'name', m.position, m.item ->> 'provider',
        m.item ->> 'tier'
    from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
        with ordinality as m (item, position);

    insert into credits.prices (
        version, service, meter, position, unit, unit_size, credits, counts_quantity, is_free,
        description
    )
    select
        p_version, s.item ->> 'code', c.meter, s.position, c.unit, c.unit_size, c.credits,
        c.counts_quantity, coalesce((s.item ->> 'free')::boolean, false), s.item ->> 'description'
    from (
        select e.item, e.position
        from jsonb_array_elements(coalesce(p_catalog -> 'services', '[]'))
            with ordinality as e (item, position)
        union all
        select e.item, 1000 + e.position
        from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
            with ordinality as e (item, position)
    ) as s
    cross join lateral credits.price_components(s.item) as c;
end;
$$;

comment on function credits.store_prices(integer, jsonb) is
'Writes the prices of a catalog''s services and models.';

revoke all on function credits.store_prices(integer, jsonb)
from public, anon, authenticated, service_role;
