-- RPC for anyone; rules, units and errors: credits.calculate_query_cost.
create or replace function public.calculate_query_cost(
    tools text[] default '{}',
    service text default 'query',
    usage jsonb default '{}',
    quantity numeric default 1
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.calculate_query_cost(tools, service, usage, quantity);
end;
$$;

comment on function public.calculate_query_cost(text[], text, jsonb, numeric) is
'What one call costs by the catalog in force.';

revoke all on function public.calculate_query_cost(text[], text, jsonb, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.calculate_query_cost(
    text[], text, jsonb, numeric
) to anon, authenticated, service_role;
