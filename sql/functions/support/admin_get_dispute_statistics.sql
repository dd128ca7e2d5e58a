-- How disputes that were filed in a time went: how many, why, how fast, what they gave back, by
-- which administrators.
--
-- p_since  null for 90 days before p_until; p_until  null for now.
-- Returns  {"submitted", "open", "by_status": {status: disputes}, "requested_credits",
--          "refunded_credits", "resolution_hours": {"average", "median", "p90", "longest_open"},
--          "by_reason": [{"reason", "disputes", "approved_percent", "refunded"}],
--          "administrators": [{"actor", "resolved", "approved_percent", "refunded",
--          "average_hours"}]}
-- Errors   PT403 admin_only
create or replace function credits.admin_get_dispute_statistics(
    p_since timestamptz,
    p_until timestamptz
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_until timestamptz;
    v_since timestamptz;
    v_all jsonb;
begin
    perform credits.acting_admin();
    v_until := coalesce(credits.near_time(p_until), clock_timestamp());
    v_since := coalesce(credits.near_time(p_since), v_until - interval '90 days');
    select jsonb_build_object(
        'submitted', count(*),
        'open', count(*) filter (where credits.is_open_dispute(d.status)),
        'requested_credits', coalesce(sum(d.requested_refund), 0),
        'refunded_credits', coalesce(sum(d.refunded), 0),
        'resolution_hours', jsonb_build_object(
            'average', round(avg(h.hours), 1),
            'median', round(
                (percentile_cont(0.5) within group (order by h.hours))::numeric, 1
            ),
            'p90', round((percentile_cont(0.9) within group (order by h.hours))::numeric, 1),
            'longest_open', round(
                max(extract(epoch from clock_timestamp() - d.created_at) / 3600)
                filter (where credits.is_open_dispute(d.status)), 1
            )
        )
    ) into strict v_all
    from credits.disputes as d
    cross join lateral credits.hours_to_resolution(d) as h (hours)
    where d.created_at >= v_since and d.created_at < v_until;
    return v_all || jsonb_build_object(
        'by_status', credits.disputes_by_status(v_since, v_until),
        'by_reason', credits.disputes_by_reason(v_since, v_until),
        'administrators', credits.disputes_by_administrator(v_since, v_until)
    );
end;
$$;

comment on function credits.admin_get_dispute_statistics(timestamptz, timestamptz) is
'How disputes that were filed in a time went.';

revoke all on function credits.admin_get_dispute_statistics(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_dispute_statistics(
    timestamptz, timestamptz
) to authenticated, service_role;
