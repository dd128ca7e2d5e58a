-- Whether a locked account is to be topped up now: it is switched on and not paused, and less than
-- the threshold is available. An account in debt is not topped up: somebody has just taken money
-- back.
create or replace function credits.wants_topup(p_account credits.accounts)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from credits.auto_topups as t
        where
            t.account_id = p_account.id
            and t.is_enabled
            and p_account.status = 'active'
            and p_account.debt = 0
            and coalesce(t.paused_until_at, '-infinity') <= clock_timestamp()
            and t.next_attempt_at <= clock_timestamp()
            and p_account.balance - p_account.held < t.threshold
    );
end;
$$;

comment on function credits.wants_topup(credits.accounts) is
'Whether a locked account is to be topped up now.';

revoke all on function credits.wants_topup(credits.accounts)
from public, anon, authenticated, service_role;
