-- What a class of tokens costs by a list of prices, in the tier that holds above so many tokens of
-- context.
--
-- In order: the tier's price of the class, the list's own price of the class outside tiers, then
-- the same for the class that it is a kind of: what is read from or written to the cache is input,
-- reasoning is output.
--
-- p_prices  {"input", "output", "cached", "cache_write", "reasoning", "above": [{"context_tokens",
--           and any of those classes}]}
-- Returns   null when the list does not say.
create or replace function credits.token_price(
    p_prices jsonb,
    p_class text,
    p_above_tokens bigint
)
returns numeric
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        t.tier ->> p_class, p_prices ->> p_class, t.tier ->> k.parent, p_prices ->> k.parent
    )::numeric
    from (
        select case
            when p_class in ('cached', 'cache_write') then 'input'
            when p_class = 'reasoning' then 'output'
            else p_class
        end
    ) as k (parent)
    left join lateral (
        select a.tier
        from jsonb_array_elements(coalesce(p_prices -> 'above', '[]')) as a (tier)
        where (a.tier ->> 'context_tokens')::bigint <= p_above_tokens
        order by (a.tier ->> 'context_tokens')::bigint desc
        limit 1
    ) as t on true
$$;

comment on function credits.token_price(jsonb, text, bigint) is
'What a class of tokens costs by a list of prices.';

revoke all on function credits.token_price(jsonb, text, bigint)
from public, anon, authenticated, service_role;
