-- A column of a type that holds an object's number, which pg_upgrade cannot carry over.
-- plant: create table credits.planted (id regproc);
select a.attrelid::regclass || ' ' || a.attname
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
where
    c.relkind in ('r', 'p')
    and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and not a.attisdropped
    and a.atttypid in (
        'regcollation'::regtype, 'regconfig'::regtype, 'regdictionary'::regtype,
        'regnamespace'::regtype, 'regoper'::regtype, 'regoperator'::regtype, 'regproc'::regtype,
        'regprocedure'::regtype
    )
