-- RPC for the back end; rules, units and errors: credits.apply_catalog.
create or replace function public.apply_credit_catalog(catalog jsonb, dry_run boolean default false)
returns setof public.credit_catalog_change
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.apply_catalog(catalog, dry_run) as r;
end;
$$;

comment on function public.apply_credit_catalog(jsonb, boolean) is
'Puts a catalog in force as a new version and lists what it changes.';

revoke all on function public.apply_credit_catalog(jsonb, boolean)
from public, anon, authenticated, service_role;
grant execute on function public.apply_credit_catalog(jsonb, boolean) to service_role;
