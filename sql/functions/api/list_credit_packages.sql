-- RPC for anyone; rules, units and errors: credits.list_packages.
create or replace function public.list_credit_packages()
returns setof public.credit_package
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_packages() as r;
end;
$$;

comment on function public.list_credit_packages() is
'The packs on sale.';

revoke all on function public.list_credit_packages() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_packages() to anon, authenticated, service_role;
