-- How many tokens a model is expected to give back for a prompt: by its own history where there is
-- one (learn_model_outputs), else by how complex the prompt is. Never more than the limit.
--
-- p_limit_tokens  null for no limit.
create or replace function credits.expected_output(
    p_model text,
    p_complexity text,
    p_limit_tokens numeric,
    out low_tokens numeric,
    out expected_tokens numeric,
    out high_tokens numeric
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    select
        least(coalesce(o.low_tokens, d.low_tokens), p_limit_tokens),
        least(coalesce(o.expected_tokens, d.expected_tokens), p_limit_tokens),
        least(coalesce(o.high_tokens, d.high_tokens), p_limit_tokens)
    into strict low_tokens, expected_tokens, high_tokens
    from (
        values ('simple', 50, 200, 600), ('medium', 150, 500, 1500), ('complex', 400, 1200, 4000)
    ) as d (complexity, low_tokens, expected_tokens, high_tokens)
    left join credits.model_outputs as o on o.model = p_model
    where d.complexity = p_complexity;
end;
$$;

comment on function credits.expected_output(text, text, numeric) is
'How many tokens a model is expected to give back for a prompt.';

revoke all on function credits.expected_output(text, text, numeric)
from public, anon, authenticated, service_role;
