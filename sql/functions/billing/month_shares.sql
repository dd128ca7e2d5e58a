-- Parts of a plan that is paid for longer than a month, as parts of the month in which the change
-- falls: what is left of that month from p_from_at.
create or replace function credits.month_shares(
    p_shares credits.plan_share[],
    p_start_at timestamptz,
    p_from_at timestamptz,
    p_end_at timestamptz
)
returns credits.plan_share[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array_agg(
        (
            s.plan,
            sign(s.share) * extract(epoch from p_end_at - greatest(p_start_at, p_from_at))
            / extract(epoch from p_end_at - p_start_at)
        )::credits.plan_share
    )
    from unnest(p_shares) as s
$$;

comment on function credits.month_shares(
    credits.plan_share[], timestamptz, timestamptz, timestamptz
) is
'Parts of a longer period of a plan as parts of a month of it.';

revoke all on function credits.month_shares(
    credits.plan_share[], timestamptz, timestamptz, timestamptz
) from public, anon, authenticated, service_role;
