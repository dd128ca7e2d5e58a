-- Tells how hard a prompt of a task is, from its request (see `prompt_request`) and its length.
-- Simple: short for its task, with few demands. Complex: many demands, or very long for its task.
-- Units: a length is in characters, where one of Chinese, Japanese or Korean counts as three.
create or replace function credits.prompt_complexity(
    p_task text,
    p_request text,
    p_length integer
)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with demands as (
        select coalesce(sum(r.points), 0) as points
        from credits.complexity_rules() as r
        cross join lateral unnest(string_to_array(r.phrases, '|')) as s (phrase)
        where
            strpos(
                p_request collate "C",
                replace(replace(' ' || s.phrase || ' ', ' *', ''), '* ', '')
            ) > 0
    )
    select case
        when d.points >= 8 and p_length >= 50 then 'complex'
        when p_length >= l.complex_length then 'complex'
        when p_length + 10 * d.points >= l.medium_length then 'medium'
        else 'simple'
    end
    from demands as d
    inner join (
        values
        ('code', 80, 3000), ('analysis', 75, 350), ('writing', 85, 300), ('conversation', 75, 300),
        ('translation', 120, 6000), ('summary', 300, 12000)
    ) as l (task, medium_length, complex_length) on p_task = l.task
$$;

comment on function credits.prompt_complexity(text, text, integer) is
'Tells how hard a prompt of a task is, from its request and its length.';

revoke all on function credits.prompt_complexity(text, text, integer)
from public, anon, authenticated, service_role;
