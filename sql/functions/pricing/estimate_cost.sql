-- What a call would cost: at least, as expected, and at most.
--
-- A model is estimated by the tokens of the prompt (20 % more or less where they are counted by
-- estimate_tokens, exactly where they are given) and by the output that is expected of it; another
-- service by its usage, exactly. Without a model and a service, choose_model names the model.
--
-- Units    low, expected, high: credits. affordable: whether the signed-in user could pay high now;
--          null for others.
-- Errors   22023 prompt_required, prompt_too_long, model_and_service, no_model_fits, and those of
--          price_usage
create or replace function credits.estimate_cost(
    p_prompt text,
    p_model text,
    p_input_tokens integer,
    p_max_output_tokens integer,
    p_service text,
    p_usage jsonb
)
returns public.credit_estimate
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_estimate public.credit_estimate;
    v_usage jsonb := credits.check_usage_shape(p_usage);
    v_version integer := credits.version_in_force(statement_timestamp());
begin
    if p_model <> p_service then
        raise exception 'model_and_service' using
            errcode = '22023',
            hint = 'A model is a service: name one of the two.';
    end if;
    p_model := coalesce(p_model, p_service);
    if p_model is null then
        p_model := (credits.choose_model(p_prompt, null, null, '{}')).model;
        if p_model is null then
            raise exception 'no_model_fits' using
                errcode = '22023',
                hint = 'Name a model or a service: choose_model() says why none is chosen.';
        end if;
    end if;

    if exists (
        select from credits.models as m where m.version = v_version and m.code = p_model
    ) then
        v_estimate := credits.estimate_call(
            v_version, p_model, p_prompt, p_input_tokens, p_max_output_tokens, v_usage
        );
    else
        v_estimate.expected := (
            credits.price_usage(p_model, 1::numeric, v_usage, statement_timestamp())
        ).cost;
        v_estimate.low := v_estimate.expected;
        v_estimate.high := v_estimate.expected;
    end if;
    v_estimate.affordable := v_estimate.high <= credits.my_spendable();
    return v_estimate;
end;
$$;

comment on function credits.estimate_cost(text, text, integer, integer, text, jsonb) is
'What a call would cost: at least, as expected, and at most.';

revoke all on function credits.estimate_cost(text, text, integer, integer, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function credits.estimate_cost(
    text, text, integer, integer, text, jsonb
) to anon, authenticated, service_role;
