-- RPC for administrators; rules, units and errors: credits.admin_get_margin.
create or replace function public.admin_get_margin(
    since timestamptz default null,
    until timestamptz default null
)
returns setof public.credit_margin
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_get_margin(since, until) as r;
end;
$$;

comment on function public.admin_get_margin(timestamptz, timestamptz) is
'What the charges of each service earned, and cost.';

revoke all on function public.admin_get_margin(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_margin(
    timestamptz, timestamptz
) to authenticated, service_role;
