-- What the database knows of a payment provider; no row for an unknown one.
create or replace function credits.get_provider(p_provider text)
returns setof credits.providers
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select p.* from credits.providers as p where p.provider = p_provider
$$;

comment on function credits.get_provider(text) is
'What the database knows of a payment provider.';

revoke all on function credits.get_provider(text) from public, anon, authenticated, service_role;
grant execute on function credits.get_provider(text) to credits_edge, service_role;
