-- RPC for a signed-in user and the back end; rules, units and errors: credits.get_auto_topup.
create or replace function public.get_auto_topup(account_id uuid default null)
returns public.credit_auto_topup
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_auto_topup(account_id);
end;
$$;

comment on function public.get_auto_topup(uuid) is
'How an account is topped up automatically.';

revoke all on function public.get_auto_topup(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_auto_topup(uuid) to authenticated, service_role;
