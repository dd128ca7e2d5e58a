-- A foreign key whose columns do not begin any index: deletes and joins read the whole table.
-- plant: create table public.planted (id integer primary key, other integer references planted);
select con.conrelid::regclass || ' ' || con.conname
from pg_constraint as con
where
    con.contype = 'f'
    and con.connamespace in ('public'::regnamespace, 'credits'::regnamespace)
    and not exists (
        select from pg_index as i
        where
            i.indrelid = con.conrelid
            and (i.indkey::smallint[])[0:cardinality(con.conkey) - 1] @> con.conkey
    )
