-- What the catalog in force sells at a fixed price, and what the provider calls it: plans and
-- packs, in the mode that the database takes.
--
-- Units    amount_cents: minor units of currency.
-- Returns  product_id, price_id: null for one that is not synced, or whose price has changed since.
-- Errors   PT409 no_catalog
create or replace function credits.list_provider_offers(p_provider text)
returns table (
    kind text,
    code text,
    name text,
    amount_cents bigint,
    currency text,
    billing_interval text,
    product_id text,
    price_id text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
begin
    return query
    with offers as (
        select
            'plan' as kind, p.code::text as code, p.name, p.price_cents, p.billing_interval,
            p.position
        from credits.plans as p
        where p.version = v_catalog.version and p.price_cents > 0 and not p.contact_only
        union all
        select 'package', p.code::text, p.name, p.price_cents, null, p.position
        from credits.packages as p
        where p.version = v_catalog.version
    )

    select
        o.kind, o.code, o.name, o.price_cents, v_catalog.currency, o.billing_interval,
        s.product_id, s.price_id
    from offers as o
    left join credits.provider_prices as s
        on s.provider = p_provider
        and s.livemode = credits.livemode(p_provider)
        and s.is_current
        and (o.kind, o.code, o.price_cents, v_catalog.currency) = (
            s.kind, s.code, s.amount_cents, s.currency
        )
        and o.billing_interval is not distinct from s.billing_interval
    order by o.kind desc, o.position;
end;
$$;

comment on function credits.list_provider_offers(text) is
'What the catalog in force sells, and what the provider calls it.';

revoke all on function credits.list_provider_offers(text)
from public, anon, authenticated, service_role;
grant execute on function credits.list_provider_offers(text) to credits_edge, service_role;
