-- What is left of an account's monthly cap.
--
-- Returns  credits; null for an account without a cap, below 0 when the cap was lowered since.
create or replace function credits.cap_left(p_account credits.accounts)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return p_account.monthly_spend_cap - credits.month_spent(p_account);
end;
$$;

comment on function credits.cap_left(credits.accounts) is
'What is left of an account''s monthly cap, null without one.';

revoke all on function credits.cap_left(credits.accounts)
from public, anon, authenticated, service_role;
