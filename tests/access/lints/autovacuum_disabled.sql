-- A table that is never vacuumed by itself.
-- plant: alter table credits.accounts set (autovacuum_enabled = false);
select c.oid::regclass::text
from pg_class as c
where
    c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and c.reloptions && '{autovacuum_enabled=false,autovacuum_enabled=off}'::text[]
