-- What an account's open orders come to that can still be paid: those of the last 24 hours, and a
-- top-up in flight.
--
-- p_except_id  an order that does not count, or null.
-- Units        minor units
create or replace function credits.open_cents(p_account_id uuid, p_except_id uuid)
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
        and o.status = 'open'
        and (o.is_topup or o.created_at > clock_timestamp() - interval '24 hours')
        and o.id is distinct from p_except_id
$$;

comment on function credits.open_cents(uuid, uuid) is
'What an account''s open orders come to that can still be paid.';

revoke all on function credits.open_cents(uuid, uuid)
from public, anon, authenticated, service_role;
