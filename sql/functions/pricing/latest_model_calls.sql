-- The latest calls of models that said how many tokens came back: of the 1,000 accounts that were
-- used last, the last 50 transactions each.
--
-- Units    tokens: output and reasoning tokens of one call.
create or replace function credits.latest_model_calls()
returns table (model text, tokens numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        t.service,
        (t.usage ->> 'output_tokens')::numeric
        + coalesce((t.usage ->> 'reasoning_tokens')::numeric, 0)
    from (
        select a.id
        from credits.accounts as a
        order by a.last_transaction_at desc
        limit 1000
    ) as a
    cross join lateral (
        select l.service, l.usage, l.type, l.price_version
        from credits.transactions as l
        where l.account_id = a.id
        order by l.id desc
        limit 50
    ) as t
    where
        t.type = 'usage'
        and jsonb_typeof(t.usage -> 'output_tokens') = 'number'
        and t.price_version is not null
        and exists (
            select from credits.models as m
            where m.version = t.price_version and m.code = t.service
        )
$$;

comment on function credits.latest_model_calls() is
'The latest calls of models that said how many tokens came back.';

revoke all on function credits.latest_model_calls() from public, anon, authenticated, service_role;
