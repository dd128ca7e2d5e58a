-- RPC for administrators; rules, units and errors: credits.admin_get_revenue.
create or replace function public.admin_get_revenue(
    since timestamptz default null,
    until timestamptz default null,
    bucket text default 'day'
)
returns setof public.credit_revenue
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_get_revenue(since, until, bucket) as r;
end;
$$;

comment on function public.admin_get_revenue(timestamptz, timestamptz, text) is
'What was paid and went back, by time.';

revoke all on function public.admin_get_revenue(timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_revenue(
    timestamptz, timestamptz, text
) to authenticated, service_role;
