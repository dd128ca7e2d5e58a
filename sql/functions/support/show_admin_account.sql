-- An account as administrators see it.
create or replace function credits.show_admin_account(p_account credits.accounts)
returns public.credit_admin_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now credits.accounts := credits.read_account(p_account.id);
begin
    return (
        p_account.id, p_account.kind, p_account.owner_id,
        coalesce(p_account.email, credits.email_of_user(p_account.owner_id)),
        p_account.external_id, p_account.name, p_account.plan, p_account.status, v_now.balance,
        v_now.held, trim_scale(v_now.balance - v_now.held), v_now.debt, p_account.total_purchased,
        p_account.total_spent, nullif(p_account.last_transaction_at, '-infinity'),
        p_account.created_at
    )::public.credit_admin_account;
end;
$$;

comment on function credits.show_admin_account(credits.accounts) is
'An account as administrators see it.';

revoke all on function credits.show_admin_account(credits.accounts)
from public, anon, authenticated, service_role;
