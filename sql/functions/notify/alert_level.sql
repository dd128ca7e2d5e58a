-- How low an account is: 0 enough, 1 low, 2 empty. What is held counts as there.
--
-- Low is below what the owner has set, else below the catalog's share of the balance after the last
-- grant.
create or replace function credits.alert_level(p_account credits.accounts)
returns integer
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when p_account.balance <= 0 then 2
        when p_account.balance < coalesce(
            p_account.low_balance, p_account.default_low_balance
        ) then 1
        else 0
    end;
end;
$$;

comment on function credits.alert_level(credits.accounts) is
'How low an account is.';

revoke all on function credits.alert_level(credits.accounts)
from public, anon, authenticated, service_role;
