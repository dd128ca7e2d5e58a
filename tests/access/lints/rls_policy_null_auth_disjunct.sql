-- A policy that says yes to whoever is nobody: "uid is null or …".
-- plant: create policy planted on credits.orders for select to authenticated
-- plant: using ((select auth.uid()) is null or user_id = (select auth.uid()));
select p.schemaname || '.' || p.tablename || ' ' || p.policyname
from pg_policies as p
where
    p.schemaname in ('public', 'credits')
    and concat(p.qual, p.with_check) ~* '(auth\.|current_setting|\muid).*is null'
