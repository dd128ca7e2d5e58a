-- What is wrong with a catalog that is to take effect later: it is the first, or it drops a plan,
-- which accounts may still be put on until then.
--
-- p_before   the catalog that will be in force until then, null when there is none.
-- Returns    null when nothing is.
create or replace function credits.schedule_problem(p_catalog jsonb, p_before jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_before is null then 'the first catalog takes effect at once'
        else (
            select format('plan %s: only a catalog that takes effect at once can drop it', b.code)
            from credits.catalog_items(p_before) as b
            where b.kind = 'plan' and not exists (
                select from credits.catalog_items(p_catalog) as a
                where a.kind = 'plan' and a.code = b.code
            )
            limit 1
        )
    end
$$;

comment on function credits.schedule_problem(jsonb, jsonb) is
'What is wrong with a catalog that is to take effect later; null when nothing is.';

revoke all on function credits.schedule_problem(jsonb, jsonb)
from public, anon, authenticated, service_role;
