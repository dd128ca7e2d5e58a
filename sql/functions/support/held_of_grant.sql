-- What open holds have taken from a grant of an account.
create or replace function credits.held_of_grant(p_account_id uuid, p_grant_id bigint)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum((h.grants ->> p_grant_id::text)::numeric), 0)
    from credits.holds as h
    where h.account_id = p_account_id and h.state = 'open';
$$;

comment on function credits.held_of_grant(uuid, bigint) is
'What open holds have taken from a grant.';

revoke all on function credits.held_of_grant(uuid, bigint)
from public, anon, authenticated, service_role;
