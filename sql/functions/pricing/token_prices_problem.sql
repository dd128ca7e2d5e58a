-- What is wrong with a list of prices by class of token: it has no input or output, or a tier that
-- states no price, begins at no size of the context, or begins where another one does.
--
-- Returns  the first problem, null when there is none, and for what is no such list.
create or replace function credits.token_prices_problem(p_prices jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when jsonb_typeof(p_prices) <> 'object' then null
        when not p_prices ?& array['input', 'output']
            then 'a price or cost without input or output'
        when (
            select count(*)
            from jsonb_array_elements(p_prices -> 'above') as a (tier)
        ) <> (
            select count(distinct a.tier -> 'context_tokens')
            from jsonb_array_elements(p_prices -> 'above') as a (tier)
            where
                (a.tier ->> 'context_tokens')::bigint > 0
                and a.tier - 'context_tokens' <> '{}'
        ) then 'a tier without a price, or without a size of the context of its own'
    end
$$;

comment on function credits.token_prices_problem(jsonb) is
'What is wrong with a list of prices by class of token; null when nothing is.';

revoke all on function credits.token_prices_problem(jsonb)
from public, anon, authenticated, service_role;
