-- A policy that lets everything through.
-- plant: create policy planted on credits.orders for update to authenticated using (1 = 1);
select p.schemaname || '.' || p.tablename || ' ' || p.policyname
from pg_policies as p
where
    p.schemaname in ('public', 'credits')
    and '{true,1=1}'::text[] && array[
        regexp_replace(lower(p.qual), '[\s()]', '', 'g'),
        regexp_replace(lower(p.with_check), '[\s()]', '', 'g')
    ]
