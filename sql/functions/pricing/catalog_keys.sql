-- The keys that a catalog's items may have.
create or replace function credits.catalog_keys(p_kind text)
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case p_kind
        when 'catalog' then array[
            'code', 'name', 'currency', 'list_price_per_credit', 'rounding'
        ]
        when 'rounding' then array['places', 'mode']
        when 'plan' then array[
            'code', 'name', 'price_cents', 'billing_interval', 'monthly_credits',
            'welcome_credits', 'rollover_months', 'monthly_spend_cap', 'features', 'contact_only'
        ]
        when 'package' then array[
            'code', 'name', 'credits', 'bonus_credits', 'price_cents', 'cost_cents', 'features'
        ]
        when 'service' then array[
            'code', 'description', 'unit', 'unit_size', 'meter', 'credits', 'base', 'tools',
            'meters', 'free'
        ]
        when 'meter' then array['unit', 'unit_size', 'credits']
        when 'model' then array[
            'code', 'name', 'description', 'provider', 'tier', 'credits_per_1k_tokens'
        ]
    end
$$;

comment on function credits.catalog_keys(text) is
'The keys that a catalog''s items may have.';

revoke all on function credits.catalog_keys(text) from public, anon, authenticated, service_role;
