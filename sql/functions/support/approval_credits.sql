-- How many credits an administrator may move alone: as the catalog of a time says, 10,000 where
-- there is none.
create or replace function credits.approval_credits(p_at timestamptz)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select c.approval_credits
            from credits.catalogs as c
            where c.version = credits.version_at(p_at)
        ),
        10000
    );
end;
$$;

comment on function credits.approval_credits(timestamptz) is
'How many credits an administrator may move alone.';

revoke all on function credits.approval_credits(timestamptz)
from public, anon, authenticated, service_role;
