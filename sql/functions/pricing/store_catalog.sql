-- Writes a catalog as a new version. The tables' own constraints are what a catalog must keep.
--
-- Locks    the new rows only; apply_catalog has locked the table.
drop function if exists credits.store_catalog(jsonb);
create or replace function credits.store_catalog(p_catalog jsonb, p_effective_at timestamptz)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := 1 + coalesce((select max(c.version) from credits.catalogs as c), 0);
begin
    insert into credits.catalogs (
        version, code, name, currency, list_price_per_credit, base_price_per_credit,
        package_markup, custom_minimum, custom_maximum,
        fee_method, processor_percent, processor_fixed_cents, platform_fixed_cents,
        upgrade, downgrade, grace_hours, refund_days, approval_credits, low_balance_percent,
        referrer_credits, referee_credits,
        referral_maximum_rewards, referral_minimum_cents, content, effective_at, applied_by
    )
    values (
        v_version, p_catalog ->> 'code', p_catalog ->> 'name', p_catalog ->> 'currency',
        (p_catalog ->> 'list_price_per_credit')::numeric,
        (p_catalog ->> 'base_price_per_credit')::numeric,
        coalesce((p_catalog #>> '{markup,packages}')::numeric, 0),
        (p_catalog #>> '{custom_quantity,minimum}')::numeric,
        (p_catalog #>> '{custom_quantity,maximum}')::numeric,
        p_catalog #>> '{fees,method}',
        coalesce((p_catalog #>> '{fees,processor_percent}')::numeric, 0),
        coalesce((p_catalog #>> '{fees,processor_fixed_cents}')::bigint, 0),
        coalesce((p_catalog #>> '{fees,platform_fixed_cents}')::bigint, 0),
        coalesce(p_catalog #>> '{subscriptions,upgrade}', 'now'),
        coalesce(p_catalog #>> '{subscriptions,downgrade}', 'renewal'),
        coalesce((p_catalog #>> '{subscriptions,grace_hours}')::integer, 0),
        coalesce((p_catalog ->> 'refund_days')::integer, 30),
        coalesce((p_catalog ->> 'approval_credits')::numeric, 10000),
        coalesce((p_catalog ->> 'low_balance_percent')::numeric, 20),
        (p_catalog #>> '{referral,referrer_credits}')::numeric,
        (p_catalog #>> '{referral,referee_credits}')::numeric,
        (p_catalog #>> '{referral,maximum_rewards}')::integer,
        (p_catalog #>> '{referral,minimum_cents}')::bigint,
        p_catalog, p_effective_at, credits.caller()
    )
    -- At REPEATABLE READ a version that the snapshot does not show is 40001, to be retried.
    on conflict (version) do nothing;

    insert into credits.bulk_tiers (version, from_credits, discount_percent)
    select v_version, (b.tier ->> 'from')::numeric, (b.tier ->> 'discount_percent')::numeric
    from jsonb_array_elements(
        coalesce(p_catalog #> '{custom_quantity,bulk_tiers}', '[]')
    ) as b (tier);

    perform credits.store_offers(v_version, p_catalog);
    perform credits.store_prices(v_version, p_catalog);
    return v_version;
end;
$$;

comment on function credits.store_catalog(jsonb, timestamptz) is
'Writes a catalog as a new version and returns its number.';

revoke all on function credits.store_catalog(jsonb, timestamptz)
from public, anon, authenticated, service_role;
