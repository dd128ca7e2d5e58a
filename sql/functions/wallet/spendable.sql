-- What an account could spend now: its available credits, within its monthly cap, nothing unless it
-- is active.
create or replace function credits.spendable(p_account credits.accounts)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.status <> 'active' then
        return 0::numeric;
    end if;
    return least(p_account.balance - p_account.held, credits.cap_left(p_account));
end;
$$;

comment on function credits.spendable(credits.accounts) is
'What an account could spend now.';

revoke all on function credits.spendable(credits.accounts)
from public, anon, authenticated, service_role;
