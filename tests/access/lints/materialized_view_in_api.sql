-- A materialized view, which no policy protects.
-- plant: create materialized view public.planted as select 1 as one;
select c.oid::regclass::text
from pg_class as c
where
    c.relkind = 'm' and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
