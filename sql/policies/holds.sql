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
    account_id, id, user_id, amount, state, service, quantity, usage, reference, metadata,
    transaction_id, created_at, expires_at, ended_at, reason, gift_id, key
) on credits.holds to authenticated, service_role;

-- A hold that is over has expired, swept or not.
create or replace view public.credit_holds with (security_invoker = true) as
select
    h.account_id,
    h.id as hold_id,
    h.user_id,
    h.amount,
    case when s.is_over then 'expired' else h.state end as state,
    h.service,
    h.quantity,
    h.reference,
    h.metadata,
    h.transaction_id,
    h.created_at,
    h.expires_at,
    case when s.is_over then h.expires_at else h.ended_at end as ended_at,
    h.usage,
    h.reason,
    h.key
from credits.holds as h
cross join lateral (values (h.state = 'open' and h.expires_at <= clock_timestamp())) as s (is_over)
where h.gift_id is null;

comment on view public.credit_holds is
'Holds of the accounts of the signed-in user: the log of their requests.';

revoke all on public.credit_holds from public, anon, authenticated, service_role;
grant select on public.credit_holds to authenticated, service_role;
