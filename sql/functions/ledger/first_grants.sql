-- The part of what grants gave that comes first in burn-down order, or last.
--
-- p_grants   how much each grant gave: {"<grant id>": credits}, at least p_amount in sum.
-- p_is_last  the part that burns down last, so that what was spent last comes back first.
-- Returns    the same shape, p_amount in sum.
create or replace function credits.first_grants(
    p_account_id uuid,
    p_grants jsonb,
    p_amount numeric,
    p_is_last boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        with ranked as (
            select
                k.key,
                k.value::numeric as amount,
                row_number() over (
                    order by g.priority, g.expires_at, g.is_paid, g.id
                ) * case when p_is_last then -1 else 1 end as rank
            from jsonb_each_text(p_grants) as k
            inner join credits.grants as g on g.account_id = p_account_id and k.key::bigint = g.id
        ),

        running as (
            select
                r.key,
                r.amount,
                sum(r.amount) over (order by r.rank) - r.amount as before
            from ranked as r
        )

        select coalesce(
            jsonb_object_agg(r.key, trim_scale(least(r.amount, p_amount - r.before))), '{}'
        )
        from running as r
        where r.before < p_amount
    );
end;
$$;

comment on function credits.first_grants(uuid, jsonb, numeric, boolean) is
'The part of what grants gave that comes first, or last, in burn-down order.';

revoke all on function credits.first_grants(uuid, jsonb, numeric, boolean)
from public, anon, authenticated, service_role;
