-- Writes a catalog's plans and packs.
create or replace function credits.store_offers(p_version integer, p_catalog jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.plans (
        version, code, name, position, price_cents, billing_interval, monthly_credits,
        welcome_credits, rollover_months, monthly_spend_cap, discount_percent, features,
        contact_only, trial_days, trial_credits, requests_per_minute, monthly_purchase_cap_cents
    )
    select
        p_version, p.code, p.name, p.position, p.price_cents, p.billing_interval,
        coalesce(p.monthly_credits, 0), coalesce(p.welcome_credits, 0),
        coalesce(p.rollover_months, 0), p.monthly_spend_cap, coalesce(p.discount_percent, 0),
        coalesce(p.features, '[]'), coalesce(p.contact_only, false),
        coalesce(p.trial_days, 0), coalesce(p.trial_credits, 0), p.requests_per_minute,
        p.monthly_purchase_cap_cents
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'plans', '[]')) as (
            code text, name text, price_cents bigint, billing_interval text,
            monthly_credits numeric, welcome_credits numeric, rollover_months integer,
            monthly_spend_cap numeric, discount_percent numeric, features jsonb,
            contact_only boolean, trial_days integer, trial_credits numeric,
            requests_per_minute integer, monthly_purchase_cap_cents bigint
        )
    ) with ordinality as p (
        code, name, price_cents, billing_interval, monthly_credits, welcome_credits,
        rollover_months, monthly_spend_cap, discount_percent, features, contact_only,
        trial_days, trial_credits, requests_per_minute, monthly_purchase_cap_cents, position
    );

    insert into credits.packages (
        version, code, name, position, credits, bonus_credits, price_cents, cost_cents, features
    )
    select
        p_version, p.code, p.name, p.position, p.credits, coalesce(p.bonus_credits, 0),
        p.price_cents, p.cost_cents, coalesce(p.features, '[]')
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'packages', '[]')) as (
            code text, name text, credits numeric, bonus_credits numeric, price_cents bigint,
            cost_cents bigint, features jsonb
        )
    ) with ordinality as p (
        code, name, credits, bonus_credits, price_cents, cost_cents, features, position
    );
end;
$$;

comment on function credits.store_offers(integer, jsonb) is
'Writes a catalog''s plans and packs.';

revoke all on function credits.store_offers(integer, jsonb)
from public, anon, authenticated, service_role;
