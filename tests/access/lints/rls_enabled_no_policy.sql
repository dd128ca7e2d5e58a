-- A table without a policy although a caller of the API may read some of it, or that is exposed.
-- Our private tables have row level security and no policy on purpose: nobody may read them.
-- plant: grant select (id) on credits.orders to authenticated;
select c.oid::regclass::text
from pg_class as c
where
    c.relkind in ('r', 'p')
    and c.relrowsecurity
    and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and not exists (select from pg_policy as p where p.polrelid = c.oid)
    and (
        c.relnamespace = 'public'::regnamespace
        or has_any_column_privilege('anon', c.oid, 'select')
        or has_any_column_privilege('authenticated', c.oid, 'select')
    )
