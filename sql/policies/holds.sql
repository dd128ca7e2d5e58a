-- Owners and admins read an account's holds, members and viewers their own.
alter table credits.holds enable row level security;

drop policy if exists holds_read on credits.holds;
create policy holds_read on credits.holds
for select to authenticated
using (
    account_id = any(array(select credits.my_account_ids('manage')))
    or account_id = any(array(select credits.my_account_ids('read')))
    and user_id = (select auth.uid())
);

revoke all on credits.holds from public, anon, authenticated, service_role;
grant select (
    account_id, id, user_id, amount, state, service, quantity, reference, metadata, transaction_id,
    created_at, expires_at, ended_at
) on credits.holds to authenticated, service_role;

create or replace view public.credit_holds with (security_invoker = true) as
select
    h.account_id,
    h.id as hold_id,
    h.user_id,
    h.amount,
    h.state,
    h.service,
    h.quantity,
    h.reference,
    h.metadata,
    h.transaction_id,
    h.created_at,
    h.expires_at,
    h.ended_at
from credits.holds as h;

comment on view public.credit_holds is
'Holds of the accounts of the signed-in user.';

revoke all on public.credit_holds from public, anon, authenticated, service_role;
grant select on public.credit_holds to authenticated, service_role;
