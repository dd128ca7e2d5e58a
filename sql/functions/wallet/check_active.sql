-- Refuses an account that may not spend.
--
-- Errors   PT403 account_paused, account_closed
create or replace function credits.check_active(p_account credits.accounts)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account cannot spend.';
    elsif p_account.status <> 'active' then
        raise exception 'account_paused' using
            errcode = 'PT403',
            hint = 'This account cannot spend until an administrator resumes it.';
    end if;
end;
$$;

comment on function credits.check_active(credits.accounts) is
'Refuses an account that may not spend with PT403.';

revoke all on function credits.check_active(credits.accounts)
from public, anon, authenticated, service_role;
