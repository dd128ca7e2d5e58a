-- RPC for administrators; rules, units and errors: credits.admin_get_dispute_statistics.
create or replace function public.admin_get_dispute_statistics(
    since timestamptz default null,
    until timestamptz default null
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_get_dispute_statistics(since, until);
end;
$$;

comment on function public.admin_get_dispute_statistics(timestamptz, timestamptz) is
'How disputes that were filed in a time went.';

revoke all on function public.admin_get_dispute_statistics(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_dispute_statistics(
    timestamptz, timestamptz
) to authenticated, service_role;
