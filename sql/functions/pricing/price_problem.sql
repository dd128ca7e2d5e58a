-- What is wrong with the price of one service or model of a catalog: a part of it that is missing,
-- comes to nothing though the service is not free, is stated twice, or has a name of ours.
--
-- Returns  the first problem, null when there is none.
create or replace function credits.price_problem(p_service jsonb, p_catalog jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with components as (
        select c.* from credits.price_components(p_service, p_catalog) as c
    ),

    names as (
        select p_service ->> 'meter' as name
        union all
        select k.key from jsonb_object_keys(coalesce(p_service -> 'meters', '{}')) as k (key)
    )

    select w.problem
    from (
        values
        (1, 'no price, or a part without one', coalesce(
            (
                select bool_or(c.credits is null)
                from components as c
                where not p_service ? 'credits_per_1k_tokens' or c.meter = 'tokens'
            ),
            true
        )),
        (2, 'a unit without credits', credits.unit_meter(p_service) is null
        and p_service ?| array['unit', 'unit_size', 'meter', 'whole_units']),
        (3, 'two prices', p_service ?& array['credits_per_1k_tokens', 'credits_per_1m_tokens']),
        (4, coalesce(
            credits.token_prices_problem(p_service -> 'credits_per_1m_tokens'),
            credits.token_prices_problem(p_service -> 'cost')
        ), true),
        (5, 'a price of nothing, but not free', not coalesce(
            (p_service ->> 'free')::boolean, false
        ) and (
            exists (
                select from components as c
                where c.credits = 0 and not (p_service ? 'provider' and c.meter like '%\_tokens')
            )
            or exists (
                select from components as c
                where c.meter in ('input_tokens', 'output_tokens')
                group by c.above_tokens
                having max(c.credits) = 0
            )
            or (select max(c.credits) from components as c) = 0
        )),
        (6, 'a meter with a name of ours', exists (
            select from names as n
            where n.name = any(credits.reserved_meters()) or n.name like 'tool:%'
        )),
        (7, 'two prices of one meter', exists (
            select from components as c group by c.meter, c.above_tokens having count(*) > 1
        )),
        (8, 'the cost of a model is by class of token, that of a service is a number', coalesce(
            (jsonb_typeof(p_service -> 'cost') = 'object') <> p_service ? 'provider', false
        ))
    ) as w (position, problem, is_so)
    where w.is_so and w.problem is not null
    order by w.position
    limit 1
$$;

comment on function credits.price_problem(jsonb, jsonb) is
'What is wrong with the price of one service or model of a catalog; null when nothing is.';

revoke all on function credits.price_problem(jsonb, jsonb)
from public, anon, authenticated, service_role;
