-- A table or view of which a stranger may read any column.
-- plant: grant select (code) on credits.plans to anon;
select c.oid::regclass::text
from pg_class as c
where
    c.relkind in ('r', 'p', 'v', 'm', 'f')
    and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and has_any_column_privilege('anon', c.oid, 'select')
