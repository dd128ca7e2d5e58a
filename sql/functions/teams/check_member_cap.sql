-- Refuses a monthly cap that is no amount of credits; 0 lets nothing be spent.
--
-- Returns  the cap, null for -1, which clears it.
-- Errors   22023 invalid_amount
create or replace function credits.check_member_cap(p_monthly_cap numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_monthly_cap = -1 then
        return null;
    elsif p_monthly_cap = 0 then
        return 0::numeric;
    end if;
    return credits.check_amount(p_monthly_cap);
end;
$$;

comment on function credits.check_member_cap(numeric) is
'A monthly cap, null to clear it, or 22023.';

revoke all on function credits.check_member_cap(numeric)
from public, anon, authenticated, service_role;
