-- A table without a primary key.
-- plant: create table credits.planted (id integer);
select c.oid::regclass::text
from pg_class as c
where
    c.relkind in ('r', 'p')
    and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and not exists (select from pg_index as i where i.indrelid = c.oid and i.indisprimary)
