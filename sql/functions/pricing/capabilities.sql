-- What a model may be able to do besides text.
create or replace function credits.capabilities()
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array['vision', 'audio', 'pdf', 'tools', 'json', 'reasoning', 'caching', 'web_search']
$$;

comment on function credits.capabilities() is
'What a model may be able to do besides text.';

revoke all on function credits.capabilities() from public, anon, authenticated, service_role;
