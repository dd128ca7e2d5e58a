-- RPC for anyone; rules, units and errors: credits.list_plans.
create or replace function public.list_credit_plans()
returns setof public.credit_plan
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_plans() as r;
end;
$$;

comment on function public.list_credit_plans() is
'The plans.';

revoke all on function public.list_credit_plans() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_plans() to anon, authenticated, service_role;
