-- Takes credits out of one grant of a locked account; post_transaction must follow.
--
-- Returns  the account with its head as it stands then, to be passed on.
-- Locks    none of its own: the caller has locked the account, and knows that so much remains.
create or replace function credits.take_credits(
    p_account credits.accounts,
    p_grant_id bigint,
    p_amount numeric
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_grant_id = p_account.head_grant_id and p_account.head_remaining > 0 then
        p_account.head_remaining := trim_scale(p_account.head_remaining - p_amount);
    else
        update credits.grants as g
        set remaining = trim_scale(g.remaining - p_amount)
        where g.account_id = p_account.id and g.id = p_grant_id;
    end if;
    return p_account;
end;
$$;

comment on function credits.take_credits(credits.accounts, bigint, numeric) is
'Takes credits out of one grant of a locked account.';

revoke all on function credits.take_credits(credits.accounts, bigint, numeric)
from public, anon, authenticated, service_role;
