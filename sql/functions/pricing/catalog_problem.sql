-- What is wrong with a catalog that its tables would not refuse: a key that means nothing here (a
-- misspelt price must not vanish), a code used twice, or a price that price_problem finds.
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
    select format('%s %s: unknown key %s', o.kind, o.code, k.key) into v_problem
    from credits.catalog_objects(p_catalog) as o
    cross join lateral jsonb_object_keys(o.object) as k (key)
    where not k.key = any(credits.catalog_keys(o.kind))
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

    select w.problem into v_problem
    from (
        values
        ('null is no value', jsonb_path_exists(p_catalog, '$.** ? (@ == null)')),
        ('effective_at: a time with its offset', p_catalog ->> 'effective_at'
        !~ '^\d{4}-\d\d-\d\d[T ][0-9:.]+([+-]\d\d(:?\d\d)?|Z)$'),
        ('deprecated_at: a date', exists (
            select from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]')) as m (item)
            where m.item ->> 'deprecated_at' !~ '^\d{4}-\d\d-\d\d$'
        )),
        ('capabilities: one that is not known', exists (
            select
            from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]')) as m (item)
            cross join lateral jsonb_array_elements_text(
                coalesce(m.item -> 'capabilities', '[]')
            ) as c (name)
            where not c.name = any(credits.capabilities())
        )),
        ('markup: a fraction from 0 to 1000', exists (
            select from jsonb_each_text(coalesce(p_catalog -> 'markup', '{}')) as m
            where not coalesce(m.value::numeric between 0 and 1000, false)
        )),
        ('rounding: places from 0 to 9, and the mode half_up or up', not coalesce(
            (p_catalog #>> '{rounding,places}')::integer between 0 and 9, true
        ) or p_catalog #>> '{rounding,mode}' not in ('half_up', 'up')),
        ('subscriptions: one of upgrade and downgrade must wait for the renewal', coalesce(
            p_catalog #>> '{subscriptions,downgrade}' = 'now'
            and p_catalog #>> '{subscriptions,upgrade}' is distinct from 'renewal',
            false
        )),
        ('referral: referrer_credits and referee_credits', p_catalog ? 'referral' and (
            p_catalog #> '{referral,referrer_credits}' is null
            or p_catalog #> '{referral,referee_credits}' is null
        )),
        ('fees: no method', p_catalog ? 'fees' and p_catalog #> '{fees,method}' is null)
    ) as w (problem, is_so)
    where w.is_so
    limit 1;
    if found then
        return v_problem;
    end if;

    select format('%s: %s', s.item ->> 'code', p.problem) into v_problem
    from credits.catalog_services(p_catalog) as s
    cross join lateral credits.price_problem(s.item, p_catalog) as p (problem)
    where p.problem is not null
    limit 1;
    return v_problem;
end;
$$;

comment on function credits.catalog_problem(jsonb) is
'What is wrong with a catalog that its tables would not refuse; null when nothing is.';

revoke all on function credits.catalog_problem(jsonb)
from public, anon, authenticated, service_role;
