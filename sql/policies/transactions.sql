-- Owners and admins read an account's whole history, members and viewers their own part of it.
-- The history is append-only, for the table's owner too.
alter table credits.transactions enable row level security;

drop policy if exists transactions_read on credits.transactions;
create policy transactions_read on credits.transactions
for select to authenticated
using (
    account_id = any(array(select credits.my_account_ids('manage')))
    or account_id = any(array(select credits.my_account_ids('read')))
    and user_id = (select auth.uid())
);

revoke all on credits.transactions from public, anon, authenticated, service_role;
grant select (
    account_id, id, created_at, user_id, type, amount, balance_after, held_after, service,
    quantity, description, reference, metadata
) on credits.transactions to authenticated, service_role;

create or replace trigger transactions_refuse_change
before update or delete or truncate on credits.transactions
for each statement execute function credits.refuse_change();
alter table credits.transactions enable always trigger transactions_refuse_change;

create or replace view public.credit_transactions with (security_invoker = true) as
select
    t.id,
    t.account_id,
    t.user_id,
    t.type,
    credits.transaction_word(t.type) as transaction_type,
    t.amount,
    trim_scale(t.balance_after - t.amount) as balance_before,
    t.balance_after,
    t.service,
    t.quantity,
    t.description,
    t.reference,
    coalesce(t.metadata, '{}') as metadata,
    t.created_at
from credits.transactions as t;

comment on view public.credit_transactions is
'The history that the signed-in user may read.';

revoke all on public.credit_transactions from public, anon, authenticated, service_role;
grant select on public.credit_transactions to authenticated, service_role;
