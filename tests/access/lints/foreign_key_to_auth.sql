-- A foreign key to a table of auth, whose owner could then not delete a user.
-- plant: create table credits.planted (id uuid primary key references auth.users);
select con.conrelid::regclass || ' ' || con.conname
from pg_constraint as con
inner join pg_class as c on con.confrelid = c.oid
where
    con.contype = 'f'
    and c.relnamespace = 'auth'::regnamespace
    and con.connamespace in ('public'::regnamespace, 'credits'::regnamespace)
