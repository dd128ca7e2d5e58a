-- A catalog's services and, after them, its models, which are services too.
create or replace function credits.catalog_services(p_catalog jsonb)
returns table (item jsonb, place integer)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        e.item,
        (row_number() over (order by e.section, e.position))::integer
    from (
        select 1, s.item, s.position
        from jsonb_array_elements(coalesce(p_catalog -> 'services', '[]'))
            with ordinality as s (item, position)
        union all
        select 2, m.item, m.position
        from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
            with ordinality as m (item, position)
    ) as e (section, item, position)
$$;

comment on function credits.catalog_services(jsonb) is
'A catalog''s services and models, in order.';

revoke all on function credits.catalog_services(jsonb)
from public, anon, authenticated, service_role;
