-- The token classes of a model's price and cost, one row a class and tier of the context.
--
-- A tier begins above a size of the context; where price and cost have different tiers, the rows
-- follow both. See token_price for what a class costs that has no price of its own.
--
-- Units    credits, cost: per 1,000,000 tokens; cost in major units of the currency.
create or replace function credits.token_components(p_model jsonb, p_catalog jsonb)
returns table (
    meter text, above_tokens bigint, up_to_tokens bigint, credits numeric, cost numeric
)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with tiers as (
        select
            b.above_tokens,
            lead(b.above_tokens) over (order by b.above_tokens) as up_to_tokens
        from (
            select 0::bigint
            union
            select (a.tier ->> 'context_tokens')::bigint
            from (
                values (p_model -> 'credits_per_1m_tokens'), (p_model -> 'cost')
            ) as p (prices)
            cross join lateral jsonb_array_elements(
                case when jsonb_typeof(p.prices -> 'above') = 'array' then p.prices -> 'above' end
            ) as a (tier)
        ) as b (above_tokens)
    )

    select
        k.class || '_tokens',
        t.above_tokens,
        t.up_to_tokens,
        case
            when p_model ? 'credits_per_1m_tokens' then credits.token_price(
                p_model -> 'credits_per_1m_tokens', k.class, t.above_tokens
            )
            when not p_model ? 'credits_per_1k_tokens' then credits.price_of_cost(
                c.cost, p_catalog, 'models'
            )
        end,
        c.cost
    from tiers as t
    cross join unnest(array['input', 'output', 'cached', 'cache_write', 'reasoning']) as k (class)
    cross join lateral (
        select credits.token_price(p_model -> 'cost', k.class, t.above_tokens)
    ) as c (cost)
    where
        p_model ? 'credits_per_1m_tokens'
        or jsonb_typeof(p_model -> 'cost') = 'object'
$$;

comment on function credits.token_components(jsonb, jsonb) is
'The token classes of a model''s price and cost.';

revoke all on function credits.token_components(jsonb, jsonb)
from public, anon, authenticated, service_role;
