-- Rounds a charge by the rule that the catalog names: to so many places, half up or always up.
create or replace function credits.round_credits(p_credits numeric, p_catalog credits.catalogs)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_catalog.rounding_mode = 'up' then
        return trim_scale(
            ceil(p_credits * power(10::numeric, p_catalog.rounding_places))
            / power(10::numeric, p_catalog.rounding_places)
        );
    end if;
    return trim_scale(round(p_credits, p_catalog.rounding_places));
end;
$$;

comment on function credits.round_credits(numeric, credits.catalogs) is
'Rounds a charge by the catalog''s rule.';

revoke all on function credits.round_credits(numeric, credits.catalogs)
from public, anon, authenticated, service_role;
