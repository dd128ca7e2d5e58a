-- The keys that each kind of object of a catalog may have: see catalog_objects.
create or replace function credits.catalog_keys(p_kind text)
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case p_kind
        when 'catalog' then array[
            'code', 'name', 'currency', 'list_price_per_credit', 'base_price_per_credit',
            'effective_at', 'rounding', 'markup', 'custom_quantity', 'fees', 'cost_source',
            'subscriptions', 'refund_days', 'referral', 'approval_credits', 'low_balance_percent'
        ]
        when 'rounding' then array['places', 'mode']
        when 'markup' then array['models', 'services', 'packages']
        when 'custom_quantity' then array['minimum', 'maximum', 'bulk_tiers']
        when 'bulk_tier' then array['from', 'discount_percent']
        when 'fees' then array[
            'method', 'processor_percent', 'processor_fixed_cents', 'platform_fixed_cents'
        ]
        when 'subscriptions' then array['upgrade', 'downgrade', 'grace_hours']
        when 'referral' then array[
            'referrer_credits', 'referee_credits', 'maximum_rewards', 'minimum_cents'
        ]
        when 'cost_source' then array['name', 'version', 'sha256']
        when 'plan' then array[
            'code', 'name', 'price_cents', 'billing_interval', 'monthly_credits',
            'welcome_credits', 'rollover_months', 'monthly_spend_cap', 'discount_percent',
            'features', 'contact_only', 'trial_days', 'trial_credits', 'requests_per_minute',
            'monthly_purchase_cap_cents'
        ]
        when 'package' then array[
            'code', 'name', 'credits', 'bonus_credits', 'price_cents', 'cost_cents', 'features'
        ]
        when 'service' then array[
            'code', 'description', 'unit', 'unit_size', 'meter', 'credits', 'cost', 'base', 'tools',
            'meters', 'free', 'whole_units', 'minimum_credits', 'maximum_credits', 'rounding'
        ]
        when 'meter' then array['unit', 'unit_size', 'credits', 'cost']
        when 'model' then array[
            'code', 'name', 'description', 'provider', 'tier', 'source', 'deprecated_at',
            'context_tokens', 'max_output_tokens', 'capabilities', 'free', 'minimum_credits',
            'maximum_credits', 'rounding', 'credits_per_1k_tokens', 'credits_per_1m_tokens', 'cost'
        ]
        when 'token_prices' then array[
            'input', 'output', 'cached', 'cache_write', 'reasoning', 'above'
        ]
        when 'token_tier' then array[
            'context_tokens', 'input', 'output', 'cached', 'cache_write', 'reasoning'
        ]
    end
$$;

comment on function credits.catalog_keys(text) is
'The keys that a catalog''s objects may have.';

revoke all on function credits.catalog_keys(text) from public, anon, authenticated, service_role;
