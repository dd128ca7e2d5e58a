-- A policy that asks who calls for every row instead of once: auth.uid() outside (select …).
-- plant: create table public.planted (id uuid primary key);
-- plant: create policy planted on public.planted using (id = auth.uid());
select p.schemaname || '.' || p.tablename || ' ' || p.policyname
from pg_policies as p
where
    p.schemaname in ('public', 'credits')
    and regexp_replace(
        lower(concat(p.qual, ' ', p.with_check)), 'select (auth\.\w+|current_setting)\(', '', 'g'
    ) ~ '(auth\.\w+|current_setting)\('
