-- The components of one service's price in a catalog.
--
--   credits                per unit of the service; meter names the usage's word for that unit
--   base                   per call
--   tools                  {"<name>": credits, "*": credits of any other tool}
--   meters                 {"<usage key>": {"unit", "unit_size", "credits"}}
--   credits_per_1k_tokens  all token classes together
create or replace function credits.price_components(p_service jsonb)
returns table (
    meter text, unit text, unit_size numeric, credits numeric, counts_quantity boolean
)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        coalesce(p_service ->> 'meter', 'quantity'),
        p_service ->> 'unit',
        coalesce((p_service ->> 'unit_size')::numeric, 1),
        (p_service ->> 'credits')::numeric,
        true
    where p_service ? 'credits'
    union all
    select 'base', 'call', 1, (p_service ->> 'base')::numeric, false
    where p_service ? 'base'
    union all
    select 'tool:' || t.key, 'tool', 1, t.value::numeric, false
    from jsonb_each_text(coalesce(p_service -> 'tools', '{}')) as t
    union all
    select
        m.key,
        m.value ->> 'unit',
        coalesce((m.value ->> 'unit_size')::numeric, 1),
        (m.value ->> 'credits')::numeric,
        false
    from jsonb_each(coalesce(p_service -> 'meters', '{}')) as m
    union all
    select 'tokens', '1K tokens', 1000, (p_service ->> 'credits_per_1k_tokens')::numeric, false
    where p_service ? 'credits_per_1k_tokens'
$$;

comment on function credits.price_components(jsonb) is
'The components of one service''s price in a catalog.';

revoke all on function credits.price_components(jsonb)
from public, anon, authenticated, service_role;
