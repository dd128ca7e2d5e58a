-- What two allocations to grants come to: {"<grant id>": credits} each, without those of nothing.
--
-- p_sign  1 adds the second, -1 takes it away.
create or replace function credits.sum_grants(p_first jsonb, p_second jsonb, p_sign integer)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(jsonb_object_agg(s.key, s.amount), '{}')
        from (
            select g.key, trim_scale(sum(g.amount)) as amount
            from (
                select f.key, f.value::numeric as amount from jsonb_each_text(p_first) as f
                union all
                select s.key, s.value::numeric * p_sign from jsonb_each_text(p_second) as s
            ) as g
            group by g.key
        ) as s
        where s.amount <> 0
    );
end;
$$;

comment on function credits.sum_grants(jsonb, jsonb, integer) is
'What two allocations to grants come to.';

revoke all on function credits.sum_grants(jsonb, jsonb, integer)
from public, anon, authenticated, service_role;
