-- The version of the catalog whose prices count at a time, null when there is none. The same rule
-- stands in version_in_force, which refuses then and is asked by every use.
create or replace function credits.version_at(p_at timestamptz)
returns integer
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select c.version
        from credits.catalogs as c
        where c.effective_at <= p_at
        order by c.version desc
        limit 1
    );
end;
$$;

comment on function credits.version_at(timestamptz) is
'The version of the catalog whose prices count at a time, null when there is none.';

revoke all on function credits.version_at(timestamptz)
from public, anon, authenticated, service_role;
