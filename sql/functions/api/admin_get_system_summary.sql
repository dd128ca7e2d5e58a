-- RPC for administrators; rules, units and errors: credits.admin_get_system_summary.
create or replace function public.admin_get_system_summary()
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_get_system_summary();
end;
$$;

comment on function public.admin_get_system_summary() is
'The whole system in figures.';

revoke all on function public.admin_get_system_summary()
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_system_summary() to authenticated, service_role;
