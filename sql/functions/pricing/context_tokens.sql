-- The size of a call's context: the tokens that the model reads, from the cache or not.
create or replace function credits.context_tokens(p_usage jsonb)
returns bigint
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        ceil(
            coalesce((p_usage ->> 'input_tokens')::numeric, 0)
            + coalesce((p_usage ->> 'cached_tokens')::numeric, 0)
            + coalesce((p_usage ->> 'cache_write_tokens')::numeric, 0)
        )::bigint
$$;

comment on function credits.context_tokens(jsonb) is
'The tokens that a model reads in a call.';

revoke all on function credits.context_tokens(jsonb) from public, anon, authenticated, service_role;
