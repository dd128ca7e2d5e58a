-- A foreign table, which no policy protects.
-- plant: create foreign data wrapper planted;
-- plant: create server planted foreign data wrapper planted;
-- plant: create foreign table public.planted (id integer) server planted;
select c.oid::regclass::text
from pg_class as c
where
    c.relkind = 'f' and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
