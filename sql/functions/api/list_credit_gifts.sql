-- RPC for a signed-in user; rules, units and errors: credits.list_gifts.
create or replace function public.list_credit_gifts()
returns setof public.credit_gift
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_gifts() as r;
end;
$$;

comment on function public.list_credit_gifts() is
'The gifts of the signed-in user, given and received.';

revoke all on function public.list_credit_gifts() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_gifts() to authenticated;
