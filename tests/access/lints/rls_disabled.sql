-- A table without row level security. (Supabase asks for it in exposed schemas, we everywhere.)
-- plant: create table credits.planted (id integer primary key);
select c.oid::regclass::text
from pg_class as c
where
    c.relkind in ('r', 'p')
    and not c.relrowsecurity
    and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
