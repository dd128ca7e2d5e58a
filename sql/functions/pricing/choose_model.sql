-- Chooses the model for a prompt: the cheapest one that fits and is affordable.
--
-- What fits: its provider and capabilities are those asked for, its context holds the prompt and
-- the answer, it is not deprecated, and it is dear enough for the task (tier_rules). Affordable is
-- what may cost at most max_credits and what the signed-in user can spend now. Where none that
-- fits is affordable, the cheapest that fits is named, and affordable is false; where none fits,
-- the model is null. The reason says which it is.
--
-- (Compiling such a query just in time would take longer than running it: hence jit = off.)
--
-- Units    estimated_credits: as expected. alternatives: see choice_alternatives.
-- Errors   22023 prompt_required, prompt_too_long, invalid_amount, unknown_need, PT409 no_catalog
create or replace function credits.choose_model(
    p_prompt text,
    p_max_credits numeric,
    p_provider text,
    p_needs text[]
)
returns public.credit_model_choice
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_budget numeric := least(
        credits.my_spendable(),
        case when p_max_credits is not null then credits.check_amount(p_max_credits) end
    );
    v_kind record;
    v_tokens integer := credits.estimate_tokens(credits.check_prompt(p_prompt));
    v_offers credits.model_offer[];
    v_offer credits.model_offer;
    v_choice public.credit_model_choice;
begin
    select c.task, c.complexity into strict v_kind from credits.classify_prompt(p_prompt) as c;
    v_offers := array(
        select o
        from credits.model_offers(
            v_kind.task, v_kind.complexity, v_tokens, p_provider, credits.check_needs(p_needs)
        ) as o
    );
    select o.* into v_offer
    from unnest(v_offers) as o
    where o.fits
    order by (o.high_credits <= v_budget) is not false desc, o.expected_credits, o.position
    limit 1;

    v_choice.task := v_kind.task;
    v_choice.complexity := v_kind.complexity;
    v_choice.model := v_offer.model;
    v_choice.provider := v_offer.provider;
    v_choice.estimated_credits := v_offer.expected_credits;
    v_choice.affordable := v_offer.high_credits <= v_budget;
    v_choice.reason := credits.choice_reason(v_choice, v_offer, v_offers, v_tokens, v_budget);
    v_choice.alternatives := credits.choice_alternatives(v_offer.model, v_offers, v_budget);
    return v_choice;
end;
$$;

comment on function credits.choose_model(text, numeric, text, text[]) is
'Chooses the cheapest model that fits a prompt and is affordable.';

revoke all on function credits.choose_model(text, numeric, text, text[])
from public, anon, authenticated, service_role;
grant execute on function credits.choose_model(
    text, numeric, text, text[]
) to anon, authenticated, service_role;
