-- A user reads the own account and those of the memberships; nobody writes but the rules.
alter table credits.accounts enable row level security;

drop policy if exists accounts_read on credits.accounts;
create policy accounts_read on credits.accounts
for select to authenticated
using (id = any(array(select credits.my_account_ids('read'))));

revoke all on credits.accounts from public, anon, authenticated, service_role;
grant select (
    id, kind, owner_id, external_id, plan, status, balance, held, debt, total_purchased,
    total_spent, low_balance, created_at, name, head_grant_id, head_remaining
) on credits.accounts to authenticated, service_role;

-- An account has a history for good: it is closed, never deleted.
create or replace trigger accounts_refuse_delete
before delete or truncate on credits.accounts
for each statement execute function credits.refuse_change();
alter table credits.accounts enable always trigger accounts_refuse_delete;

create or replace view public.credit_accounts with (security_invoker = true) as
select
    a.id as account_id,
    a.kind,
    a.owner_id as user_id,
    a.external_id,
    a.plan,
    a.status,
    a.balance,
    a.held,
    a.balance - a.held as available,
    a.debt,
    a.total_purchased,
    a.total_spent,
    a.low_balance,
    a.created_at,
    a.name
from credits.accounts as a;

comment on view public.credit_accounts is
'Accounts of the signed-in user as last written; get_credit_balance leaves expired credits out.';

revoke all on public.credit_accounts from public, anon, authenticated, service_role;
grant select on public.credit_accounts to authenticated, service_role;
