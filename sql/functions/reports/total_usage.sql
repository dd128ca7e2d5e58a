-- Daily usage of any accounts together.
create or replace function credits.total_usage(p_usage credits.usage_daily[])
returns setof credits.usage_totals
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        u.day, u.service, u.currency, sum(u.calls)::bigint, sum(u.credits), sum(u.free_credits),
        sum(u.refunded), sum(u.quantity), sum(u.provider_cost), sum(u.earned_cents)
    from unnest(p_usage) as u
    group by u.day, u.service, u.currency;
$$;

comment on function credits.total_usage(credits.usage_daily[]) is
'Daily usage of any accounts together.';

revoke all on function credits.total_usage(credits.usage_daily[])
from public, anon, authenticated, service_role;
