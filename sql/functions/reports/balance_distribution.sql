-- How balances are spread over the accounts that have any.
--
-- Returns  {"accounts", "average", "median", "p90", "p99", "largest", "top_percent_share": the part
--          of all credits, in percent, that the richest hundredth of accounts have}
create or replace function credits.balance_distribution()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'accounts', count(*),
        'average', round(avg(a.balance), 2),
        'median', percentile_disc(0.5) within group (order by a.balance),
        'p90', percentile_disc(0.9) within group (order by a.balance),
        'p99', percentile_disc(0.99) within group (order by a.balance),
        'largest', max(a.balance),
        'top_percent_share', round(
            100 * sum(a.balance) filter (where a.place <= ceil(a.accounts / 100.0))
            / nullif(sum(a.balance), 0), 1
        )
    )
    from (
        select
            b.balance,
            row_number() over (order by b.balance desc) as place,
            count(*) over () as accounts
        from credits.accounts as b
        where b.balance > 0
    ) as a;
$$;

comment on function credits.balance_distribution() is
'How balances are spread over the accounts.';

revoke all on function credits.balance_distribution()
from public, anon, authenticated, service_role;
