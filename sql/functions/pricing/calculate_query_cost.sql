-- What one call costs by the catalog in force: the named tools are added to the usage.
--
-- Errors   22023 invalid_quantity, invalid_usage, and those of price_usage
create or replace function credits.calculate_query_cost(
    p_tools text[],
    p_service text,
    p_usage jsonb,
    p_quantity numeric
)
returns numeric
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_usage jsonb := credits.check_usage_shape(p_usage);
begin
    if p_tools <> '{}' then
        if v_usage ? 'tools' then
            raise exception 'invalid_usage' using
                errcode = '22023',
                hint = 'Name the tools once: in tools or in usage.';
        end if;
        v_usage := v_usage || jsonb_build_object('tools', p_tools);
    end if;
    return (
        credits.price_usage(
            p_service, coalesce(credits.check_quantity(p_quantity), 1), v_usage,
            statement_timestamp()
        )
    ).cost;
end;
$$;

comment on function credits.calculate_query_cost(text[], text, jsonb, numeric) is
'What one call costs by the catalog in force.';

revoke all on function credits.calculate_query_cost(text[], text, jsonb, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.calculate_query_cost(
    text[], text, jsonb, numeric
) to anon, authenticated, service_role;
