-- Who resolved the disputes of a time, how fast, and with what outcome.
create or replace function credits.disputes_by_administrator(
    p_since timestamptz,
    p_until timestamptz
)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(to_jsonb(r) order by r.resolved desc, r.actor), '[]')
    from (
        select
            d.resolved_by as actor,
            count(*) as resolved,
            round(100.0 * count(*) filter (where d.refunded > 0) / count(*), 1)
                as approved_percent,
            sum(d.refunded) as refunded,
            round(avg(credits.hours_to_resolution(d)), 1) as average_hours
        from credits.disputes as d
        where
            d.created_at >= p_since
            and d.created_at < p_until
            and d.status in ('approved', 'partially_approved', 'rejected')
        group by d.resolved_by
    ) as r;
$$;

comment on function credits.disputes_by_administrator(timestamptz, timestamptz) is
'Who resolved the disputes of a time.';

revoke all on function credits.disputes_by_administrator(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
