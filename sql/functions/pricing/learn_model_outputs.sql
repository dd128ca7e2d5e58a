-- Learns how many tokens each model's calls give back, from the latest calls of the accounts that
-- spent last: a part of maintenance, once an hour. A model needs 20 calls to be judged by.
--
-- Of each model the tenth, the mean and the ninetieth percentile are kept, reasoning included.
--
-- Returns  how many models were learnt, null when it was not time.
create or replace function credits.learn_model_outputs()
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_learnt integer;
begin
    if exists (
        select from credits.job_runs as j
        where
            j.job = 'maintenance'
            and j.finished_at > clock_timestamp() - interval '1 hour'
            and j.counts ->> 'learnt' is not null
    ) then
        return null;
    end if;

    insert into credits.model_outputs as o (
        model, calls, low_tokens, expected_tokens, high_tokens, learned_at
    )
    select
        c.model,
        count(*),
        percentile_disc(0.1) within group (order by c.tokens),
        round(avg(c.tokens)),
        percentile_disc(0.9) within group (order by c.tokens),
        clock_timestamp()
    from credits.latest_model_calls() as c
    group by c.model
    having count(*) >= 20
    on conflict (model) do update set
        calls = excluded.calls,
        low_tokens = excluded.low_tokens,
        expected_tokens = excluded.expected_tokens,
        high_tokens = excluded.high_tokens,
        learned_at = excluded.learned_at;
    get diagnostics v_learnt = row_count;
    return v_learnt;
end;
$$;

comment on function credits.learn_model_outputs() is
'Learns how many tokens each model''s calls give back.';

revoke all on function credits.learn_model_outputs() from public, anon, authenticated, service_role;
