-- Tells what a prompt asks for: its task (code, analysis, writing, translation, summary or
-- conversation), its complexity (simple, medium or complex), and the signals that decided, the
-- heaviest first, at most five. Every rule is data: `task_rules`, `topic_rules`,
-- `foreign_task_rules`, `other_script_task_rules`, `prompt_shapes`, `complexity_rules`. The task
-- with the most points wins; where nothing was found it is conversation. A phrase counts in the
-- request, and twice in its opening (the first line, up to a colon); of the shapes the heaviest
-- counts, and each further one adds three, so that the code or the table which a request is about
-- does not outweigh what it says. The request is the first 700 and the last 300 characters; a
-- shape is looked for in the first 4,000. Of the rest only the length is seen.
create or replace function credits.classify_prompt(
    p_prompt text,
    out task text,
    out complexity text,
    out signals text[]
)
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_text text collate "C" := btrim(left(p_prompt, 4000), E' \t\r\n');
    v_tail text := case when length(p_prompt) > 1000 then right(p_prompt, 300) else '' end;
    v_opening text collate "C" := credits.prompt_request(
        left(substring(v_text from '^[^\n:]*'), 200)
    );
    v_request text collate "C" := credits.prompt_request(left(v_text, 700) || ' ' || v_tail);
begin
    with phrases as (
        select r.task, max(r.weight) as weight, ' ' || s.phrase || ' ' as phrase
        from (
            select e.task, e.weight, e.phrases from credits.task_rules() as e
            union all
            select t.task, t.weight, t.phrases from credits.topic_rules() as t
            union all
            select f.task, f.weight, f.phrases from credits.foreign_task_rules() as f
            union all
            select o.task, o.weight, o.phrases from credits.other_script_task_rules() as o
        ) as r
        cross join lateral unnest(string_to_array(r.phrases, '|')) as s (phrase)
        group by r.task, s.phrase
    ),
    found as (
        select
            p.task, btrim(p.phrase, ' *') as signal,
            p.weight * (1 + (strpos(v_opening, n.needle) > 0)::integer) as score,
            false as is_shape
        from phrases as p
        cross join lateral replace(replace(p.phrase, ' *', ''), '* ', '') as n (needle)
        where strpos(v_request, n.needle) > 0
        union all
        select s.task, s.name, s.weight, true
        from credits.prompt_shapes() as s
        where
            case s.place when 'opening' then btrim(v_opening) when 'request' then v_request
                else v_text
            end ~ s.pattern
    ),
    ranked as (
        select
            f.task,
            coalesce(sum(f.score) filter (where not f.is_shape), 0)
            + coalesce(
                max(f.score) filter (where f.is_shape)
                + 3 * (count(*) filter (where f.is_shape) - 1), 0
            ) as score,
            (array_agg(f.signal order by f.score desc, f.signal))[:5] as signals
        from found as f
        group by f.task
    )
    select r.task, r.signals into task, signals
    from ranked as r
    order by r.score desc, r.task
    limit 1;
    task := coalesce(task, 'conversation');
    signals := coalesce(signals, '{}');
    complexity := credits.prompt_complexity(
        task, v_request, length(p_prompt) + 2 * regexp_count(v_request, '[⺀-鿿가-힣]')
    );
end;
$$;

comment on function credits.classify_prompt(text) is
'Tells the task and the complexity of a prompt, and the signals that decided.';

revoke all on function credits.classify_prompt(text) from public, anon, authenticated, service_role;
