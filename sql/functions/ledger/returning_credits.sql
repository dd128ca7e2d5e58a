-- What the holds that are over by the account's time, and that no write has swept yet, give back to
-- each grant.
create or replace function credits.returning_credits(p_account credits.accounts)
returns table (grant_id bigint, amount numeric)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select g.key::bigint, sum(g.value::numeric)
    from credits.holds as h
    cross join lateral jsonb_each_text(h.grants) as g
    where
        h.account_id = p_account.id
        and h.state = 'open'
        and h.expires_at <= p_account.last_transaction_at
    group by g.key;
end;
$$;

comment on function credits.returning_credits(credits.accounts) is
'What the holds of an account that are over give back to each grant.';

revoke all on function credits.returning_credits(credits.accounts)
from public, anon, authenticated, service_role;
