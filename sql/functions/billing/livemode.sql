-- Whether the database takes a provider's live mode; false is its test mode.
create or replace function credits.livemode(p_provider text)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p.livemode from credits.providers as p where p.provider = p_provider
$$;

comment on function credits.livemode(text) is
'Whether the database takes a provider''s live mode.';

revoke all on function credits.livemode(text) from public, anon, authenticated, service_role;
