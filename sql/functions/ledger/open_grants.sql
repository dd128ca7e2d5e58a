-- An account's grants that still have credits, with what remains of each: the head's credits stand
-- on the account's row, and those of holds that are over by the account's time are back. Expired
-- grants that no write has swept yet are among them.
create or replace function credits.open_grants(p_account credits.accounts)
returns table (id bigint, source text, remaining numeric, expires_at timestamptz)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select g.id, g.source, r.remaining, g.expires_at
    from credits.grants as g
    left join credits.returning_credits(p_account) as b on g.id = b.grant_id
    cross join lateral (
        select
            case
                when g.id = p_account.head_grant_id then p_account.head_remaining
                else g.remaining
            end + coalesce(b.amount, 0) as remaining
    ) as r
    where g.account_id = p_account.id and r.remaining > 0;
end;
$$;

comment on function credits.open_grants(credits.accounts) is
'The grants of an account that still have credits, and what remains of each.';

revoke all on function credits.open_grants(credits.accounts)
from public, anon, authenticated, service_role;
