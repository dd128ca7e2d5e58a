-- Owners and admins read an account's grants.
alter table credits.grants enable row level security;

drop policy if exists grants_read on credits.grants;
create policy grants_read on credits.grants
for select to authenticated
using (account_id = any(array(select credits.my_account_ids('manage'))));

revoke all on credits.grants from public, anon, authenticated, service_role;
grant select (
    account_id, id, source, amount, remaining, priority, expires_at, is_paid, paid_cents, currency,
    reference, voided_at, created_at
) on credits.grants to authenticated, service_role;

-- The grant being spent has its credits on the account's row, which policies/accounts.sql shows.
create or replace view public.credit_grants with (security_invoker = true) as
select
    g.account_id,
    g.id,
    g.source,
    g.amount,
    case when g.id = a.head_grant_id then a.head_remaining else g.remaining end as remaining,
    g.priority,
    g.expires_at,
    g.is_paid,
    case when g.source <> 'gift_received' then g.paid_cents end as paid_cents,
    g.currency,
    g.reference,
    g.voided_at,
    g.created_at
from credits.grants as g
inner join credits.accounts as a on g.account_id = a.id;

comment on view public.credit_grants is
'Grants of the accounts that the signed-in user owns or administers.';

revoke all on public.credit_grants from public, anon, authenticated, service_role;
grant select on public.credit_grants to authenticated, service_role;
