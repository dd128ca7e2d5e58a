-- What is wrong with a catalog that its tables would not refuse: a key that means nothing here (a
-- misspelt price must not vanish), a code used twice, a service without a price, a meter of its own
-- that has the name of one of ours, or a unit that is not priced.
--
-- Returns  the first problem, null when there is none. A wrong shape raises a data exception.
create or replace function credits.catalog_problem(p_catalog jsonb)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text;
begin
    select format('%s %s: unknown key %s', i.kind, i.code, k.key) into v_problem
    from (
        select c.* from credits.catalog_items(p_catalog) as c
        union all
        select 'rounding', '', p_catalog -> 'rounding'
        where p_catalog ? 'rounding'
        union all
        select 'meter', m.key, m.value
        from credits.catalog_items(p_catalog) as c
        cross join lateral jsonb_each(coalesce(c.item -> 'meters', '{}')) as m
    ) as i
    cross join lateral jsonb_object_keys(i.item) as k (key)
    where not k.key = any(credits.catalog_keys(i.kind))
    limit 1;
    if found then
        return v_problem;
    end if;

    select format('%s is used twice', c.code) into v_problem
    from credits.catalog_items(p_catalog) as c
    group by case when c.kind = 'model' then 'service' else c.kind end, c.code
    having count(*) > 1
    limit 1;
    if found then
        return v_problem;
    end if;

    select format('%s %s: %s', c.kind, c.code, w.problem) into v_problem
    from credits.catalog_items(p_catalog) as c
    cross join lateral (
        values
        ('no price', not exists (select from credits.price_components(c.item))),
        ('a unit without credits', c.item ?| array['unit', 'unit_size', 'meter']
        and not c.item ? 'credits'),
        ('a meter with a name of ours', coalesce(
            c.item ->> 'meter' = any(credits.reserved_meters())
            or c.item ->> 'meter' like 'tool:%'
            or c.item -> 'meters' ?| credits.reserved_meters()
            or exists (
                select from jsonb_object_keys(c.item -> 'meters') as k (key)
                where k.key like 'tool:%'
            ),
            false
        ))
    ) as w (problem, is_so)
    where c.kind in ('service', 'model') and w.is_so
    limit 1;
    return v_problem;
end;
$$;

comment on function credits.catalog_problem(jsonb) is
'What is wrong with a catalog that its tables would not refuse; null when nothing is.';

revoke all on function credits.catalog_problem(jsonb)
from public, anon, authenticated, service_role;
