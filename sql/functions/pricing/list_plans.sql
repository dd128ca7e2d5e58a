-- The plans of the catalog in force. A plan without a price is not sold here: it is given by an
-- administrator, or on request (contact_only).
--
-- Errors   PT409 no_catalog
create or replace function credits.list_plans()
returns setof public.credit_plan
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
begin
    return query
    select
        p.code::text,
        p.name,
        p.price_cents,
        v_catalog.currency,
        p.billing_interval,
        p.monthly_credits::numeric,
        p.welcome_credits::numeric,
        p.features,
        p.contact_only
    from credits.plans as p
    where p.version = v_catalog.version
    order by p.position;
end;
$$;

comment on function credits.list_plans() is
'The plans of the catalog in force.';

revoke all on function credits.list_plans() from public, anon, authenticated, service_role;
grant execute on function credits.list_plans() to anon, authenticated, service_role;
