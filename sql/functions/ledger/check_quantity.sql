-- Refuses a quantity that cannot be counted: NaN, infinite, not above zero, more than nine places,
-- or beyond 10^12.
--
-- Returns  the quantity without trailing zeros; null for null.
-- Errors   22023 invalid_quantity
create or replace function credits.check_quantity(p_quantity numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_quantity is null then
        return null;
    elsif p_quantity > 0 and p_quantity <= 1e12 and p_quantity = round(p_quantity, 9) then
        return trim_scale(p_quantity);
    end if;
    raise exception 'invalid_quantity' using
        errcode = '22023',
        detail = jsonb_build_object('places', 9, 'maximum', 1e12)::text,
        hint = 'A quantity is a number above 0, with at most nine decimal places, up to 10^12.';
end;
$$;

comment on function credits.check_quantity(numeric) is
'The quantity without trailing zeros, or 22023.';

revoke all on function credits.check_quantity(numeric)
from public, anon, authenticated, service_role;
