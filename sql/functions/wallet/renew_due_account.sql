-- Renews one account whose period has ended: what expires by then goes first, then the new
-- period's allowance comes.
create or replace function credits.renew_due_account(p_account_id uuid, p_at timestamptz)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id, p_at);
begin
    perform credits.renew_allowance(v_account, credits.plan_in_force(v_account.plan), p_at);
end;
$$;

comment on function credits.renew_due_account(uuid, timestamptz) is
'Renews one account whose period has ended.';

revoke all on function credits.renew_due_account(uuid, timestamptz)
from public, anon, authenticated, service_role;
