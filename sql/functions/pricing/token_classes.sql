-- The classes of tokens that a usage may name.
create or replace function credits.token_classes()
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array[
        'input_tokens', 'output_tokens', 'cached_tokens', 'cache_write_tokens', 'reasoning_tokens'
    ]
$$;

comment on function credits.token_classes() is
'The classes of tokens that a usage may name.';

revoke all on function credits.token_classes() from public, anon, authenticated, service_role;
