-- The components of one service's or model's price in a catalog: what each charges, and what it
-- costs us at the provider. Without a price of its own, a stated cost makes it: see price_of_cost.
--
--   credits, cost          per unit of the service; meter names the usage's word for that unit
--   base                   per call
--   tools                  {"<name>": credits, "*": credits of any other tool}
--   meters                 {"<usage key>": {"unit", "unit_size", "credits", "cost"}}
--   credits_per_1k_tokens  all token classes together
--   credits_per_1m_tokens  by class of token, and cost likewise: see token_components
--
-- p_catalog  the catalog whose mark-up and credit price count.
-- Units      credits: per unit_size, null when nothing is charged. cost: major units of the
--            catalog's currency per unit_size, null when it is not known.
drop function if exists credits.price_components(jsonb);
create or replace function credits.price_components(p_service jsonb, p_catalog jsonb)
returns table (
    meter text,
    unit text,
    unit_size numeric,
    credits numeric,
    cost numeric,
    above_tokens bigint,
    up_to_tokens bigint
)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        credits.unit_meter(p_service),
        p_service ->> 'unit',
        coalesce((p_service ->> 'unit_size')::numeric, 1),
        coalesce(
            (p_service ->> 'credits')::numeric,
            credits.price_of_cost(c.cost, p_catalog, 'services')
        ),
        c.cost,
        0::bigint,
        null::bigint
    from (
        select case
            when jsonb_typeof(p_service -> 'cost') = 'number' then (p_service ->> 'cost')::numeric
        end
    ) as c (cost)
    where credits.unit_meter(p_service) is not null
    union all
    select 'base', 'call', 1, (p_service ->> 'base')::numeric, null, 0, null
    where p_service ? 'base'
    union all
    select 'tool:' || t.key, 'tool', 1, t.value::numeric, null, 0, null
    from jsonb_each_text(coalesce(p_service -> 'tools', '{}')) as t
    union all
    select
        m.key,
        m.value ->> 'unit',
        coalesce((m.value ->> 'unit_size')::numeric, 1),
        (m.value ->> 'credits')::numeric,
        (m.value ->> 'cost')::numeric,
        0,
        null
    from jsonb_each(coalesce(p_service -> 'meters', '{}')) as m
    union all
    select
        'tokens', '1K tokens', 1000, (p_service ->> 'credits_per_1k_tokens')::numeric, null, 0, null
    where p_service ? 'credits_per_1k_tokens'
    union all
    select
        t.meter, '1M tokens' || coalesce(' above ' || nullif(t.above_tokens, 0), ''), 1000000,
        t.credits, t.cost, t.above_tokens, t.up_to_tokens
    from credits.token_components(p_service, p_catalog) as t
$$;

comment on function credits.price_components(jsonb, jsonb) is
'The components of one service''s price in a catalog.';

revoke all on function credits.price_components(jsonb, jsonb)
from public, anon, authenticated, service_role;
