-- When a change of plan counts, as the catalog in force says: now or renewal.
--
-- Errors   PT409 no_catalog
create or replace function credits.subscription_policy()
returns table (upgrade text, downgrade text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select c.upgrade, c.downgrade from credits.catalog_in_force() as c;
end;
$$;

comment on function credits.subscription_policy() is
'When a change of plan counts.';

revoke all on function credits.subscription_policy() from public, anon, authenticated, service_role;
grant execute on function credits.subscription_policy() to credits_edge, service_role;
