-- What all accounts used, by service, the most credits first; whole days (UTC), as far as the
-- roll-up has come (it runs with maintenance).
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Errors   PT403 admin_only
create or replace function credits.admin_get_usage_by_service(
    p_since timestamptz,
    p_until timestamptz
)
returns setof public.credit_service_usage
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    return query
    select
        nullif(u.service, ''), sum(u.calls)::bigint,
        trim_scale(sum(u.quantity)), trim_scale(sum(u.credits)), trim_scale(sum(u.refunded)),
        round(100 * sum(u.credits) / nullif(sum(sum(u.credits)) over (), 0), 1)
    from credits.usage_totals as u
    where
        u.day >= v_first and u.day <= v_last
    group by u.service
    order by sum(u.credits) desc, u.service;
end;
$$;

comment on function credits.admin_get_usage_by_service(timestamptz, timestamptz) is
'What all accounts used, by service.';

revoke all on function credits.admin_get_usage_by_service(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_usage_by_service(
    timestamptz, timestamptz
) to authenticated, service_role;
