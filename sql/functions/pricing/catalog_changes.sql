-- What a new catalog changes in an old one: what is added, removed or changed, and the order in
-- which lists are shown.
--
-- p_before  null for the first catalog.
create or replace function credits.catalog_changes(p_before jsonb, p_after jsonb)
returns setof public.credit_catalog_change
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        c.kind,
        c.code,
        case when b.item is null then 'added' when a.item is null then 'removed' else 'changed' end,
        b.item,
        a.item
    from (
        select i.kind, i.code from credits.catalog_items(p_before) as i
        union
        select i.kind, i.code from credits.catalog_items(p_after) as i
    ) as c
    left join credits.catalog_items(p_before) as b on c.kind = b.kind and c.code = b.code
    left join credits.catalog_items(p_after) as a on c.kind = a.kind and c.code = a.code
    where b.item is distinct from a.item
    union all
    select
        'order',
        s.section,
        'changed',
        credits.shared_order(p_before, p_after, s.section),
        credits.shared_order(p_after, p_before, s.section)
    from (values ('plans'), ('packages'), ('services'), ('models')) as s (section)
    where
        credits.shared_order(p_before, p_after, s.section)
        is distinct from credits.shared_order(p_after, p_before, s.section)
    order by 1, 2
$$;

comment on function credits.catalog_changes(jsonb, jsonb) is
'What a new catalog adds to, removes from or changes in an old one.';

revoke all on function credits.catalog_changes(jsonb, jsonb)
from public, anon, authenticated, service_role;
