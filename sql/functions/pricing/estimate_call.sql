-- What a call of a model would cost: at least, as expected, and at most.
--
-- p_usage  counts that are known: they are taken as they are.
-- Errors   22023 prompt_required, prompt_too_long, invalid_usage
create or replace function credits.estimate_call(
    p_version integer,
    p_model text,
    p_prompt text,
    p_input_tokens integer,
    p_max_output_tokens integer,
    p_usage jsonb
)
returns public.credit_estimate
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_estimate public.credit_estimate;
    v_tokens numeric;
    v_share numeric := 0;
    v_output record;
    v_now timestamptz := statement_timestamp();
begin
    v_estimate.model := p_model;
    perform credits.check_usage(p_version, p_model, p_usage);
    v_tokens := coalesce(p_input_tokens, (p_usage ->> 'input_tokens')::numeric);
    if v_tokens is null then
        v_tokens := credits.estimate_tokens(credits.check_prompt(p_prompt));
        v_share := 0.2;
    end if;
    v_estimate.input_tokens := least(v_tokens, 2147483647);
    select o.* into v_output
    from credits.models as m
    cross join lateral credits.expected_output(
        m.code,
        (credits.classify_prompt(coalesce(p_prompt, ''))).complexity,
        least(p_max_output_tokens, m.max_output_tokens)
    ) as o
    where m.version = p_version and m.code = p_model;

    select
        min(c.cost) filter (where r.bound = 'low'),
        min(c.cost) filter (where r.bound = 'expected'),
        min(c.cost) filter (where r.bound = 'high')
    into strict v_estimate.low, v_estimate.expected, v_estimate.high
    from (
        values
        ('low', trim_scale(v_tokens - v_share * v_tokens), v_output.low_tokens),
        ('expected', v_tokens, v_output.expected_tokens),
        ('high', v_tokens + v_share * v_tokens, v_output.high_tokens)
    ) as r (bound, input_tokens, output_tokens)
    cross join lateral credits.price_usage(
        p_model,
        1::numeric,
        jsonb_build_object('output_tokens', r.output_tokens)
        || p_usage
        || jsonb_build_object('input_tokens', r.input_tokens),
        v_now
    ) as c;
    return v_estimate;
end;
$$;

comment on function credits.estimate_call(integer, text, text, integer, integer, jsonb) is
'What a call of a model would cost: at least, as expected, and at most.';

revoke all on function credits.estimate_call(integer, text, text, integer, integer, jsonb)
from public, anon, authenticated, service_role;
