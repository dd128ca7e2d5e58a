-- What is left of an account's monthly cap: the holds that are open count as spent, those of gifts
-- do not, for a gift is no use.
--
-- Returns  credits; null for an account without a cap, below 0 when the cap was lowered since.
create or replace function credits.cap_left(p_account credits.accounts)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := p_account.monthly_spend_cap - credits.month_spent(p_account);
begin
    if v_left is null or p_account.held = 0 then
        return v_left;
    end if;
    return v_left - (
        select coalesce(sum(h.amount), 0)
        from credits.holds as h
        where
            h.account_id = p_account.id
            and h.state = 'open'
            and h.expires_at > p_account.last_transaction_at
            and h.gift_id is null
    );
end;
$$;

comment on function credits.cap_left(credits.accounts) is
'What is left of an account''s monthly cap, null without one.';

revoke all on function credits.cap_left(credits.accounts)
from public, anon, authenticated, service_role;
