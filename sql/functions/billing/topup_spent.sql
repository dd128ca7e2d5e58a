-- What an account's automatic top-ups of the running calendar month (UTC) come to, the one in
-- flight with them.
--
-- Units    minor units of the catalog's currency.
create or replace function credits.topup_spent(p_account_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(o.total_cents), 0)::bigint
    from credits.orders as o
    where
        o.account_id = p_account_id
        and o.is_topup
        and o.status in ('open', 'paid')
        and coalesce(o.paid_at, o.created_at)
        >= credits.month_start(clock_timestamp())
$$;

comment on function credits.topup_spent(uuid) is
'What an account''s automatic top-ups of this month come to.';

revoke all on function credits.topup_spent(uuid) from public, anon, authenticated, service_role;
