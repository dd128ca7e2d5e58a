-- A function of the exposed schema that runs with its owner's rights.
-- plant: create function public.planted() returns integer language sql security definer
-- plant: set search_path = '' as 'select 1';
select p.oid::regprocedure::text
from pg_proc as p
where p.prosecdef and p.pronamespace = 'public'::regnamespace
