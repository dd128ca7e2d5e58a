-- A policy that lets anonymous users (signed in without an address) read.
-- plant: create policy planted on credits.orders for select to authenticated using (false);
select p.schemaname || '.' || p.tablename
from pg_policies as p
where
    p.schemaname in ('public', 'credits')
    and p.roles && '{public,authenticated}'::name[]
    and coalesce(p.qual, '') not like '%is_anonymous%'
group by p.schemaname, p.tablename
