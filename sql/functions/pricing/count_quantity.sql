-- How many of its own unit a use of a service has: the usage's count of them, where it has one,
-- else the quantity.
--
-- Errors   22023 invalid_quantity: a quantity for a service without a unit or beside a count of it,
--          or part of a unit that is sold whole.
create or replace function credits.count_quantity(
    p_service credits.services,
    p_quantity numeric,
    p_usage jsonb
)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_quantity <> 1 and (p_service.unit_meter is null or p_usage ? p_service.unit_meter) then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service.code)::text,
            hint = 'The quantity counts a service''s own unit, and only where the usage does not.';
    end if;
    p_quantity := coalesce((p_usage ->> p_service.unit_meter)::numeric, p_quantity);
    if p_service.whole_units and p_quantity <> trunc(p_quantity) then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service.code, 'places', 0)::text,
            hint = 'This service is sold in whole units only.';
    end if;
    return p_quantity;
end;
$$;

comment on function credits.count_quantity(credits.services, numeric, jsonb) is
'How many of its own unit a use of a service has.';

revoke all on function credits.count_quantity(credits.services, numeric, jsonb)
from public, anon, authenticated, service_role;
