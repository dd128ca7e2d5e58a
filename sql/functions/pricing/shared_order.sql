-- The codes of one list of a catalog that another catalog's list has too, in order.
create or replace function credits.shared_order(p_catalog jsonb, p_other jsonb, p_section text)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_agg(e.item -> 'code' order by e.position)
    from jsonb_array_elements(coalesce(p_catalog -> p_section, '[]'))
        with ordinality as e (item, position)
    where exists (
        select from jsonb_array_elements(coalesce(p_other -> p_section, '[]')) as o (item)
        where o.item -> 'code' = e.item -> 'code'
    )
$$;

comment on function credits.shared_order(jsonb, jsonb, text) is
'The codes that two catalogs share in one list, in the first one''s order.';

revoke all on function credits.shared_order(jsonb, jsonb, text)
from public, anon, authenticated, service_role;
