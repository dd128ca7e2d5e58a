-- Two indexes of one table that are the same but for their names.
-- plant: create index planted on credits.members (user_id);
select i.indrelid::regclass || ' ' || string_agg(i.indexrelid::regclass::text, ' ')
from pg_index as i
inner join pg_class as c on i.indexrelid = c.oid
where c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
group by
    i.indrelid, c.relam, i.indkey, i.indclass, i.indoption, i.indcollation,
    pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)
having count(*) > 1
