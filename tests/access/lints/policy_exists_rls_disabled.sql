-- A table with policies that nobody asks, because row level security is off.
-- plant: alter table credits.grants disable row level security;
select distinct p.polrelid::regclass::text
from pg_policy as p
inner join pg_class as c on p.polrelid = c.oid
where
    not c.relrowsecurity and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
