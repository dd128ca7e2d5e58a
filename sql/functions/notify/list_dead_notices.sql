-- Deliveries that were given up, the latest notice first.
--
-- Errors   22023 invalid_batch_size
create or replace function credits.list_dead_notices(p_limit integer)
returns table (
    id bigint,
    channel text,
    recipient text,
    topic text,
    account_id uuid,
    error text,
    created_at timestamptz,
    settled_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_job(now(), p_limit);
    return query
    select
        o.id, d.channel, d.recipient, o.topic, o.account_id, d.error, o.created_at, d.settled_at
    from credits.deliveries as d
    inner join credits.outbox as o on d.notice_id = o.id
    where d.state = 'dead'
    order by o.id desc
    limit p_limit;
end;
$$;

comment on function credits.list_dead_notices(integer) is
'Deliveries that were given up.';

revoke all on function credits.list_dead_notices(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.list_dead_notices(integer) to credits_edge, service_role;
