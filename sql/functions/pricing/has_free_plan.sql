-- Tells whether the catalog in force has a free plan; false before any catalog is applied.
create or replace function credits.has_free_plan()
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from credits.plans as p
        where
            p.code = 'free'
            and p.version = credits.version_at(clock_timestamp())
    );
end;
$$;

comment on function credits.has_free_plan() is
'True when the catalog in force has a plan of the code free.';

revoke all on function credits.has_free_plan() from public, anon, authenticated, service_role;
