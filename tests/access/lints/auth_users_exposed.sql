-- A view or materialized view of an exposed schema that reads auth.users.
-- plant: create view public.planted as select id, email from auth.users;
select r.ev_class::regclass::text
from pg_depend as d
inner join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
inner join pg_class as c on r.ev_class = c.oid
where d.refobjid = 'auth.users'::regclass and c.relnamespace = 'public'::regnamespace
group by r.ev_class
