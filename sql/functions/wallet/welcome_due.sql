-- The welcome credits that a plan still owes an account: all of them the first time, later only
-- the difference to a higher plan, and only while the account has not used any credits. A person's
-- second account gets none.
create or replace function credits.welcome_due(
    p_account credits.accounts,
    p_welcome_credits numeric
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_given numeric;
begin
    if p_account.is_duplicate then
        return 0::numeric;
    end if;
    select sum(g.amount) into v_given
    from credits.grants as g
    where g.account_id = p_account.id and g.source = 'welcome';

    if v_given is null then
        return p_welcome_credits;
    elsif p_account.total_spent > 0 or p_account.held > 0 or exists (
        select from credits.transactions as t
        where t.account_id = p_account.id and t.type in ('usage', 'gift_sent')
    ) then
        return 0::numeric;
    end if;
    return greatest(0, p_welcome_credits - v_given);
end;
$$;

comment on function credits.welcome_due(credits.accounts, numeric) is
'The welcome credits that a plan still owes an account.';

revoke all on function credits.welcome_due(credits.accounts, numeric)
from public, anon, authenticated, service_role;
