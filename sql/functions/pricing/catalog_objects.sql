-- A catalog's objects at every depth: the items, and what is nested in them.
--
-- Returns  kind: what catalog_keys knows. code: of the item that it is in, for messages.
create or replace function credits.catalog_objects(p_catalog jsonb)
returns table (kind text, code text, object jsonb)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with items as (
        select i.kind, i.code, i.item from credits.catalog_items(p_catalog) as i
    ),

    token_lists as (
        select i.code, l.prices
        from items as i
        cross join lateral (
            values (i.item -> 'credits_per_1m_tokens'), (i.item -> 'cost')
        ) as l (prices)
        where i.kind = 'model' and l.prices is not null
    )

    select i.kind, i.code, i.item from items as i
    union all
    select n.kind, i.code, i.item -> n.kind
    from items as i
    inner join (
        values
        ('catalog', 'rounding'), ('catalog', 'markup'), ('catalog', 'custom_quantity'),
        ('catalog', 'fees'), ('catalog', 'cost_source'), ('catalog', 'subscriptions'),
        ('catalog', 'referral'),
        ('service', 'rounding'), ('model', 'rounding')
    ) as n (parent, kind) on i.kind = n.parent and i.item ? n.kind
    union all
    select 'bulk_tier', p_catalog ->> 'code', b.tier
    from jsonb_array_elements(
        coalesce(p_catalog #> '{custom_quantity,bulk_tiers}', '[]')
    ) as b (tier)
    union all
    select 'meter', i.code || ' ' || m.key, m.value
    from items as i
    cross join lateral jsonb_each(coalesce(i.item -> 'meters', '{}')) as m
    union all
    select 'token_prices', t.code, t.prices from token_lists as t
    union all
    select 'token_tier', t.code, a.tier
    from token_lists as t
    cross join lateral jsonb_array_elements(coalesce(t.prices -> 'above', '[]')) as a (tier)
$$;

comment on function credits.catalog_objects(jsonb) is
'A catalog''s objects at every depth.';

revoke all on function credits.catalog_objects(jsonb)
from public, anon, authenticated, service_role;
