-- A function that looks names up wherever its caller says.
-- plant: create function credits.planted() returns integer language sql as 'select 1';
select p.oid::regprocedure::text
from pg_proc as p
where
    p.pronamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and not exists (
        select from unnest(p.proconfig) as s (setting) where s.setting like 'search\_path=%'
    )
