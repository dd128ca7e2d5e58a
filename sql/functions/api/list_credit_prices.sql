-- RPC for anyone; rules, units and errors: credits.list_prices.
create or replace function public.list_credit_prices()
returns setof public.credit_price
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_prices() as r;
end;
$$;

comment on function public.list_credit_prices() is
'What each service costs: the usage guide.';

revoke all on function public.list_credit_prices() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_prices() to anon, authenticated, service_role;
