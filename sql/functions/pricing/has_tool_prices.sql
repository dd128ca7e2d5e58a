-- True when a service prices every tool of a JSON array of names, each by name or as any other.
create or replace function credits.has_tool_prices(
    p_version integer,
    p_service text,
    p_tools jsonb
)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select not exists (
        select from jsonb_array_elements_text(p_tools) as t (name)
        where not exists (
            select from credits.prices as p
            where
                p.version = p_version
                and p.service = p_service
                and p.meter in ('tool:*', 'tool:' || t.name)
        )
    )
$$;

comment on function credits.has_tool_prices(integer, text, jsonb) is
'True when a service prices every tool of a list.';

revoke all on function credits.has_tool_prices(integer, text, jsonb)
from public, anon, authenticated, service_role;
