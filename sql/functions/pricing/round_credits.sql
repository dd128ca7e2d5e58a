-- Rounds a charge by its service's rule, to so many places, half up or always up, and keeps it
-- between the service's bounds. What costs something never comes to nothing: the least is one of
-- the last place.
--
-- p_credits  above 0.
drop function if exists credits.round_credits(numeric, credits.catalogs);
create or replace function credits.round_credits(p_credits numeric, p_service credits.services)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_service.rounding_mode = 'up' then
        p_credits := ceil(p_credits * power(10::numeric, p_service.rounding_places))
        / power(10::numeric, p_service.rounding_places);
    else
        p_credits := greatest(
            round(p_credits, p_service.rounding_places),
            power(10::numeric, -p_service.rounding_places)
        );
    end if;
    return trim_scale(
        least(greatest(p_credits, p_service.minimum_credits), p_service.maximum_credits)
    );
end;
$$;

comment on function credits.round_credits(numeric, credits.services) is
'Rounds a charge by its service''s rule and keeps it between the service''s bounds.';

revoke all on function credits.round_credits(numeric, credits.services)
from public, anon, authenticated, service_role;
