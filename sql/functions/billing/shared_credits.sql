-- The credits of parts of plans: each plan's monthly credits times its share, rounded half up to
-- the places that the plans' own credits have.
--
-- Errors   22023 unknown_plan
create or replace function credits.shared_credits(p_shares credits.plan_share[])
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        round(
            sum(p.monthly_credits * s.share),
            max(scale(trim_scale(p.monthly_credits)))
        ),
        0
    )
    from unnest(p_shares) as s
    cross join lateral credits.plan_in_force(s.plan) as p
$$;

comment on function credits.shared_credits(credits.plan_share[]) is
'The credits of parts of plans.';

revoke all on function credits.shared_credits(credits.plan_share[])
from public, anon, authenticated, service_role;
