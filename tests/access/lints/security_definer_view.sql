-- A view that reads with its owner's rights, past the policies of the tables.
-- plant: create view credits.planted as select 1 as one;
select c.oid::regclass::text
from pg_class as c
where
    c.relkind = 'v'
    and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and not coalesce(c.reloptions, '{}') && '{security_invoker=true,security_invoker=on}'::text[]
