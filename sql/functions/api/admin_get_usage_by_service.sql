-- RPC for administrators; rules, units and errors: credits.admin_get_usage_by_service.
create or replace function public.admin_get_usage_by_service(
    since timestamptz default null,
    until timestamptz default null
)
returns setof public.credit_service_usage
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_get_usage_by_service(since, until) as r;
end;
$$;

comment on function public.admin_get_usage_by_service(timestamptz, timestamptz) is
'What all accounts used, by service.';

revoke all on function public.admin_get_usage_by_service(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_usage_by_service(
    timestamptz, timestamptz
) to authenticated, service_role;
