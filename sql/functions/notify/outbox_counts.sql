-- The notices on their way: {"unplanned": that a channel in use has not planned yet, all where
-- none is in use, "pending", "dead": deliveries, "oldest_seconds": of those on their way}.
create or replace function credits.outbox_counts()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with unplanned as (
        select o.id, o.created_at
        from credits.outbox as o
        where
            o.email_planned_at is null
            and (
                exists (select from credits.channels as c where c.channel = 'email')
                or not exists (select from credits.channels)
            )
        union
        select o.id, o.created_at
        from credits.outbox as o
        where
            o.webhook_planned_at is null
            and exists (select from credits.channels as c where c.channel = 'webhook')
    ),
    planned as (
        select d.state, o.created_at
        from credits.deliveries as d
        inner join credits.outbox as o on d.notice_id = o.id
        where d.state = 'pending'
        union all
        select d.state, o.created_at
        from credits.deliveries as d
        inner join credits.outbox as o on d.notice_id = o.id
        where d.state = 'dead'
    )

    select jsonb_build_object(
        'unplanned', (select count(*) from unplanned as u),
        'pending', (select count(*) from planned as p where p.state = 'pending'),
        'dead', (select count(*) from planned as p where p.state = 'dead'),
        'oldest_seconds', round(extract(epoch from clock_timestamp() - least(
            (select min(u.created_at) from unplanned as u),
            (select min(p.created_at) from planned as p where p.state = 'pending')
        )))
    );
$$;

comment on function credits.outbox_counts() is
'The notices on their way.';

revoke all on function credits.outbox_counts() from public, anon, authenticated, service_role;
