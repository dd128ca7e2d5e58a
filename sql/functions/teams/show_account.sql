-- An account in its public shape, with the role of somebody in it.
create or replace function credits.show_account(p_account_id uuid, p_role text)
returns public.credit_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.read_account(p_account_id);
begin
    return (
        v_account.id, v_account.kind, v_account.name, p_role, v_account.plan, v_account.status,
        v_account.balance, v_account.held, v_account.balance - v_account.held, v_account.debt,
        v_account.created_at
    )::public.credit_account;
end;
$$;

comment on function credits.show_account(uuid, text) is
'An account in its public shape.';

revoke all on function credits.show_account(uuid, text)
from public, anon, authenticated, service_role;
