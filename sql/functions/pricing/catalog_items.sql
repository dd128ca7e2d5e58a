-- A catalog's plans, packages, services and models as one list, for comparing two catalogs. Null
-- has none.
create or replace function credits.catalog_items(p_catalog jsonb)
returns table (kind text, code text, item jsonb)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        left(s.section, -1),
        i.item ->> 'code',
        i.item
    from (values ('plans'), ('packages'), ('services'), ('models')) as s (section)
    cross join lateral jsonb_array_elements(coalesce(p_catalog -> s.section, '[]')) as i (item)
    union all
    select
        'catalog',
        p_catalog ->> 'code',
        p_catalog - '{plans,packages,services,models}'::text[]
    where p_catalog is not null
$$;

comment on function credits.catalog_items(jsonb) is
'The items of a catalog: kind, code and content.';

revoke all on function credits.catalog_items(jsonb) from public, anon, authenticated, service_role;
