-- Two permissive policies for the same table, role and command: both run for every row.
-- plant: create policy planted on credits.grants for select to authenticated using (false);
select p.schemaname || '.' || p.tablename || ' ' || p.role || ' ' || p.command
from (
    select q.schemaname, q.tablename, r.role, c.command
    from pg_policies as q
    cross join lateral unnest(q.roles) as r (role)
    cross join lateral unnest(
        case q.cmd when 'ALL' then '{SELECT,INSERT,UPDATE,DELETE}' else array[q.cmd] end
    ) as c (command)
    where q.permissive = 'PERMISSIVE' and q.schemaname in ('public', 'credits')
) as p
group by p.schemaname, p.tablename, p.role, p.command
having count(*) > 1
