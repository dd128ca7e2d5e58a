-- Tells an account's owner that what has expired leaves it low or empty, unless a renewal is due
-- or a payment awaited that fills it again.
--
-- p_account  as it stands now.
-- p_at       what is due by then.
-- Returns    the account's row as it stands afterwards.
-- Locks      none of its own: the caller has locked the account.
create or replace function credits.tell_expiry(p_account credits.accounts, p_at timestamptz)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_level integer := credits.alert_level(p_account);
begin
    if v_level <= p_account.alert_level
        or p_account.period_end_at <= p_at and p_account.status <> 'closed'
        or exists (
            select from credits.subscriptions as s
            where
                s.account_id = p_account.id
                and (
                    s.next_allowance_at <= p_at
                    or s.paid_until_at <= p_at and credits.next_billing_at(s) is not null
                )
                and credits.is_live(s.status)
                and s.livemode = credits.livemode(s.provider)
        )
    then
        return p_account;
    end if;
    p_account.alert_level := v_level;
    update credits.accounts as a
    set alert_level = v_level
    where a.id = p_account.id;
    perform credits.tell_low_balance(p_account);
    return p_account;
end;
$$;

comment on function credits.tell_expiry(credits.accounts, timestamptz) is
'Tells an account''s owner that what has expired leaves it low.';

revoke all on function credits.tell_expiry(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;
