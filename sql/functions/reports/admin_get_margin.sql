-- What the charges of each service earned, and what they cost at the provider: earned is what had
-- been paid for the credits that were spent, nothing for credits that were given; refunds are
-- taken off. Whole days (UTC), as far as the roll-up has come.
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Units    cents: minor units of currency, the catalog's where nothing was paid; a provider's cost
--          is
--          in the catalog's currency.
-- Errors   PT403 admin_only
create or replace function credits.admin_get_margin(p_since timestamptz, p_until timestamptz)
returns setof public.credit_margin
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_currency text;
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    select c.currency into v_currency
    from credits.catalogs as c
    where c.version = credits.version_at(clock_timestamp());
    return query
    select
        nullif(m.service, ''), m.currency, m.calls, m.credits, m.free_credits, m.earned, m.cost,
        m.earned - m.cost, round(100 * (m.earned - m.cost) / nullif(m.earned, 0), 1)
    from (
        select
            u.service, coalesce(nullif(u.currency, ''), v_currency) as currency,
            sum(u.calls)::bigint as calls,
            trim_scale(sum(u.credits)) as credits,
            trim_scale(sum(u.free_credits)) as free_credits,
            round(sum(u.earned_cents), 2) as earned,
            round(100 * sum(u.provider_cost), 2) as cost
        from credits.usage_totals as u
        where
            u.day >= v_first and u.day <= v_last
        group by 1, 2
    ) as m
    order by m.earned - m.cost desc, m.service, m.currency;
end;
$$;

comment on function credits.admin_get_margin(timestamptz, timestamptz) is
'What the charges of each service earned, and cost.';

revoke all on function credits.admin_get_margin(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_margin(
    timestamptz, timestamptz
) to authenticated, service_role;
