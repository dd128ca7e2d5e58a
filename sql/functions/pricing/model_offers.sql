-- The models that could be used for a prompt, what each would cost, and whether it is good enough
-- for the task.
--
-- p_tokens  of the prompt, by estimate_tokens: the high estimate counts 20 % more.
-- p_needs   capabilities that the model must have.
create or replace function credits.model_offers(
    p_task text,
    p_complexity text,
    p_tokens integer,
    p_provider text,
    p_needs text[]
)
returns setof credits.model_offer
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        m.code::text,
        m.provider,
        m.tier,
        m.position,
        array_position(array['cheap', 'medium', 'expensive'], m.tier) >= t.tier_rank,
        e.cost,
        h.cost
    from credits.version_in_force(statement_timestamp()) as c (version)
    inner join credits.models as m on c.version = m.version
    inner join credits.tier_rules() as t on t.task = p_task and t.complexity = p_complexity
    cross join lateral credits.expected_output(
        m.code, p_complexity, m.max_output_tokens
    ) as o
    cross join lateral credits.price_usage(
        m.code,
        1::numeric,
        jsonb_build_object('input_tokens', p_tokens, 'output_tokens', o.expected_tokens),
        statement_timestamp()
    ) as e
    cross join lateral credits.price_usage(
        m.code,
        1::numeric,
        jsonb_build_object('input_tokens', ceil(p_tokens * 1.2), 'output_tokens', o.high_tokens),
        statement_timestamp()
    ) as h
    where
        coalesce(m.deprecated_at > statement_timestamp(), true)
        and coalesce(lower(m.provider) = lower(p_provider), true)
        and m.capabilities @> p_needs
        and coalesce(ceil(p_tokens * 1.2) + o.high_tokens <= m.context_tokens, true)
$$;

comment on function credits.model_offers(text, text, integer, text, text[]) is
'The models that could be used for a prompt, and what each would cost.';

revoke all on function credits.model_offers(text, text, integer, text, text[])
from public, anon, authenticated, service_role;
