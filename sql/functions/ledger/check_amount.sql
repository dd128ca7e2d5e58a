-- Refuses an amount of credits that cannot be exact: null, NaN, infinite, not above zero, more than
-- nine places, or beyond 10^12.
--
-- Returns  the amount without trailing zeros.
-- Errors   22023 invalid_amount
create or replace function credits.check_amount(p_amount numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_amount > 0 and p_amount <= 1e12 and p_amount = round(p_amount, 9) then
        return trim_scale(p_amount);
    end if;
    raise exception 'invalid_amount' using
        errcode = '22023',
        detail = jsonb_build_object('places', 9, 'maximum', 1e12)::text,
        hint = 'An amount is a number above 0, with at most nine decimal places, up to 10^12.';
end;
$$;

comment on function credits.check_amount(numeric) is
'The amount without trailing zeros, or 22023 for one that cannot be exact.';

revoke all on function credits.check_amount(numeric)
from public, anon, authenticated, service_role;
