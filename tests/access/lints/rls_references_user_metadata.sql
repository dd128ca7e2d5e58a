-- A policy that believes what users write about themselves.
-- plant: create policy planted on credits.orders for select to authenticated
-- plant: using ((select auth.jwt()) #>> '{user_metadata,role}' = 'admin');
select p.schemaname || '.' || p.tablename || ' ' || p.policyname
from pg_policies as p
where
    p.schemaname in ('public', 'credits')
    and concat(p.qual, p.with_check) ~* 'user_?meta_?data'
