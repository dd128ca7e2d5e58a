-- An account's status in its public shape.
create or replace function credits.show_account_status(p_account credits.accounts)
returns public.credit_account_status
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        p_account.id, p_account.status, p_account.status_reason, p_account.status_changed_at,
        p_account.status_changed_by
    )::public.credit_account_status;
$$;

comment on function credits.show_account_status(credits.accounts) is
'An account''s status in its public shape.';

revoke all on function credits.show_account_status(credits.accounts)
from public, anon, authenticated, service_role;
