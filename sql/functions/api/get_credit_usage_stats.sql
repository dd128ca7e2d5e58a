-- RPC for a signed-in user and the back end; rules, units and errors: credits.usage_stats.
create or replace function public.get_credit_usage_stats(
    account_id uuid default null,
    since timestamptz default null,
    until timestamptz default null,
    bucket text default 'day'
)
returns setof public.credit_usage_stat
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.usage_stats(account_id, since, until, bucket) as r;
end;
$$;

comment on function public.get_credit_usage_stats(uuid, timestamptz, timestamptz, text) is
'What an account used, by service and time.';

revoke all on function public.get_credit_usage_stats(uuid, timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_usage_stats(
    uuid, timestamptz, timestamptz, text
) to authenticated, service_role;
