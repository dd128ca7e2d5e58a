-- Writes a catalog as a new version. The tables' own constraints are what a catalog must keep.
--
-- Locks    the new rows only; apply_catalog has locked the table.
create or replace function credits.store_catalog(p_catalog jsonb)
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
        version, code, name, currency, list_price_per_credit, rounding_places, rounding_mode,
        content, applied_by
    )
    values (
        v_version, p_catalog ->> 'code', p_catalog ->> 'name', p_catalog ->> 'currency',
        (p_catalog ->> 'list_price_per_credit')::numeric,
        coalesce((p_catalog #>> '{rounding,places}')::integer, 9),
        coalesce(p_catalog #>> '{rounding,mode}', 'half_up'),
        p_catalog, credits.caller()
    )
    -- At REPEATABLE READ a version that the snapshot does not show is 40001, to be retried.
    on conflict (version) do nothing;

    insert into credits.plans (
        version, code, name, position, price_cents, billing_interval, monthly_credits,
        welcome_credits, rollover_months, monthly_spend_cap, features, contact_only
    )
    select
        v_version, p.code, p.name, p.position, p.price_cents, p.billing_interval,
        coalesce(p.monthly_credits, 0), coalesce(p.welcome_credits, 0),
        coalesce(p.rollover_months, 0), p.monthly_spend_cap, coalesce(p.features, '[]'),
        coalesce(p.contact_only, false)
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'plans', '[]')) as (
            code text, name text, price_cents bigint, billing_interval text,
            monthly_credits numeric, welcome_credits numeric, rollover_months integer,
            monthly_spend_cap numeric, features jsonb, contact_only boolean
        )
    ) with ordinality as p (
        code, name, price_cents, billing_interval, monthly_credits, welcome_credits,
        rollover_months, monthly_spend_cap, features, contact_only, position
    );

    insert into credits.packages (
        version, code, name, position, credits, bonus_credits, price_cents, cost_cents, features
    )
    select
        v_version, p.code, p.name, p.position, p.credits, coalesce(p.bonus_credits, 0),
        p.price_cents, p.cost_cents, coalesce(p.features, '[]')
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'packages', '[]')) as (
            code text, name text, credits numeric, bonus_credits numeric, price_cents bigint,
            cost_cents bigint, features jsonb
        )
    ) with ordinality as p (
        code, name, credits, bonus_credits, price_cents, cost_cents, features, position
    );
    perform credits.store_prices(v_version, p_catalog);
    return v_version;
end;
$$;

comment on function credits.store_catalog(jsonb) is
'Writes a catalog as a new version and returns its number.';

revoke all on function credits.store_catalog(jsonb) from public, anon, authenticated, service_role;
