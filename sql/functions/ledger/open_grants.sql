-- An account's grants that still have credits, with what remains of each: the head's credits stand
-- on the account's row. Expired grants that no write has swept yet are among them.
create or replace function credits.open_grants(p_account credits.accounts)
returns table (id bigint, source text, remaining numeric, expires_at timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        g.id,
        g.source,
        case when g.id = p_account.head_grant_id then p_account.head_remaining else g.remaining end,
        g.expires_at
    from credits.grants as g
    where
        g.account_id = p_account.id
        and (
            g.remaining > 0
            or g.id = p_account.head_grant_id and p_account.head_remaining > 0
        )
$$;

comment on function credits.open_grants(credits.accounts) is
'The grants of an account that still have credits, and what remains of each.';

revoke all on function credits.open_grants(credits.accounts)
from public, anon, authenticated, service_role;
