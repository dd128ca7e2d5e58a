-- An index that was not built to the end: it costs writes and helps nobody.
-- plant: update pg_index set indisvalid = false
-- plant: where indexrelid = 'credits.members_user_id_idx'::regclass;
select i.indexrelid::regclass::text
from pg_index as i
inner join pg_class as c on i.indexrelid = c.oid
where
    not i.indisvalid and c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
