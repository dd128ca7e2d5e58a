-- Why a model was chosen, in a sentence or two.
--
-- p_offer   the chosen one, of p_offers; all null when none fits.
-- p_budget  credits that it may cost at most, null for no limit.
create or replace function credits.choice_reason(
    p_choice public.credit_model_choice,
    p_offer credits.model_offer,
    p_offers credits.model_offer[],
    p_tokens integer,
    p_budget numeric
)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_task text := format(
        'A %s task of type %s with about %s tokens.', p_choice.complexity, p_choice.task, p_tokens
    );
    v_fitting integer := (select count(*) from unnest(p_offers) as o where o.fits);
begin
    if p_offer.model is null and cardinality(p_offers) = 0 then
        return v_task || ' No model has the provider, the capabilities and the context for it.';
    elsif p_offer.model is null then
        return v_task || format(
            ' %s would be able to, but none is good enough for it.', cardinality(p_offers)
        );
    elsif not p_choice.affordable then
        return v_task || format(
            ' %s is the cheapest of %s that fit, but may cost %s credits, and %s can be spent.',
            p_offer.model, v_fitting, p_offer.high_credits, p_budget
        );
    elsif exists (
        select from unnest(p_offers) as o
        where o.fits and o.expected_credits < p_offer.expected_credits
    ) then
        return v_task || format(
            ' %s is the cheapest of %s that fit whose most, %s credits, can be spent.',
            p_offer.model, v_fitting, p_offer.high_credits
        );
    end if;
    return v_task || format(
        ' %s is the cheapest of %s that fit: about %s credits, at most %s.',
        p_offer.model, v_fitting, p_offer.expected_credits, p_offer.high_credits
    );
end;
$$;

comment on function credits.choice_reason(
    public.credit_model_choice, credits.model_offer, credits.model_offer[], integer, numeric
) is
'Why a model was chosen.';

revoke all on function credits.choice_reason(
    public.credit_model_choice, credits.model_offer, credits.model_offer[], integer, numeric
) from public, anon, authenticated, service_role;
