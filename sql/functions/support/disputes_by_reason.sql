-- Why the disputes of a time were filed, the commonest reason first; of those resolved, how many
-- percent gave something back.
create or replace function credits.disputes_by_reason(p_since timestamptz, p_until timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(to_jsonb(r) order by r.disputes desc, r.reason), '[]')
    from (
        select
            d.reason,
            count(*) as disputes,
            round(
                100.0 * count(*) filter (where d.refunded > 0)
                / nullif(count(credits.hours_to_resolution(d)), 0), 1
            ) as approved_percent,
            sum(d.refunded) as refunded
        from credits.disputes as d
        where d.created_at >= p_since and d.created_at < p_until
        group by d.reason
    ) as r;
$$;

comment on function credits.disputes_by_reason(timestamptz, timestamptz) is
'Why the disputes of a time were filed.';

revoke all on function credits.disputes_by_reason(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
