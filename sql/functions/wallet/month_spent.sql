-- What an account has spent in a calendar month (UTC), as its monthly cap counts it.
--
-- p_account  as lock_account or read_account returned it: their time says which month it is.
create or replace function credits.month_spent(p_account credits.accounts)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.last_transaction_at < p_account.month_ends_at then
        return p_account.month_spent;
    end if;
    return 0::numeric;
end;
$$;

comment on function credits.month_spent(credits.accounts) is
'What an account has spent in the calendar month of its lock or reading.';

revoke all on function credits.month_spent(credits.accounts)
from public, anon, authenticated, service_role;
