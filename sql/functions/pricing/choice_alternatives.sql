-- The other models for a prompt: up to five, those that fit first, then those that are not good
-- enough for the task, each the cheapest first.
--
-- Returns  [{"model", "provider", "tier", "estimated_credits", "high_credits", "affordable",
--          "fits"}]
create or replace function credits.choice_alternatives(
    p_model text,
    p_offers credits.model_offer[],
    p_budget numeric
)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(jsonb_build_object(
        'model', o.model,
        'provider', o.provider,
        'tier', o.tier,
        'estimated_credits', o.expected_credits,
        'high_credits', o.high_credits,
        'affordable', o.high_credits <= p_budget,
        'fits', o.fits
    ) order by o.fits desc, o.expected_credits, o.position), '[]')
    from (
        select u.*
        from unnest(p_offers) as u
        where u.model is distinct from p_model
        order by u.fits desc, u.expected_credits, u.position
        limit 5
    ) as o
$$;

comment on function credits.choice_alternatives(text, credits.model_offer[], numeric) is
'The other models for a prompt, cheapest first.';

revoke all on function credits.choice_alternatives(text, credits.model_offer[], numeric)
from public, anon, authenticated, service_role;
