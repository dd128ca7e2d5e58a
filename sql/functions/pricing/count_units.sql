-- How many units a use has of a price component that is not the service's own unit.
--
-- Tools are counted once each by name, and again for every unit of the quantity.
--
-- p_quantity  how many of the service's own unit: the usage's count of them, where it has one.
create or replace function credits.count_units(
    p_price credits.prices,
    p_quantity numeric,
    p_usage jsonb
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_price.meter = 'base' then
        return 1::numeric;
    elsif p_price.meter = 'tokens' then
        return (
            select coalesce(sum((u.value #>> '{}')::numeric), 0)
            from jsonb_each(p_usage) as u
            where u.key = any(credits.token_classes())
        );
    elsif p_price.meter like 'tool:%' then
        return p_quantity * (
            select count(distinct t.name)
            from jsonb_array_elements_text(p_usage -> 'tools') as t (name)
            where 'tool:' || t.name = p_price.meter or p_price.meter = 'tool:*' and not exists (
                select from credits.prices as p
                where
                    p.version = p_price.version
                    and p.service = p_price.service
                    and p.meter = 'tool:' || t.name
            )
        );
    end if;
    return coalesce((p_usage ->> p_price.meter)::numeric, 0);
end;
$$;

comment on function credits.count_units(credits.prices, numeric, jsonb) is
'How many units of one price component a use has.';

revoke all on function credits.count_units(credits.prices, numeric, jsonb)
from public, anon, authenticated, service_role;
