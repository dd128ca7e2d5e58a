-- Plans the deliveries of new notices over a channel: to each recipient one. A channel starts with
-- the notices of the day before it is first used.
--
-- p_operators  the addresses of those who run the system.
-- p_limit      deliveries at least, while there are notices, the oldest first; of those that go to
--              nobody, 5000 at most.
-- Locks        credits.channels: the channel's row, so that no two plan at once.
create or replace function credits.plan_deliveries(
    p_channel text,
    p_operators text[],
    p_limit integer
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_channel credits.channels;
    v_notice credits.outbox;
    v_rows bigint;
    v_count bigint := 0;
begin
    -- An erasure takes notices out: it waits for this, and this passes it by.
    if not pg_try_advisory_xact_lock_shared(hashtextextended('credits.outbox', 0)) then
        return;
    end if;
    insert into credits.channels (channel, started_at)
    values (p_channel, now() - interval '1 day')
    on conflict (channel) do nothing;
    if found then
        update credits.outbox as o
        set
            email_planned_at = case
                when p_channel = 'email' then now() else o.email_planned_at
            end,
            webhook_planned_at = case
                when p_channel = 'webhook' then now() else o.webhook_planned_at
            end
        where o.created_at < now() - interval '1 day';
    end if;
    select c.* into v_channel
    from credits.channels as c
    where c.channel = p_channel
    for update skip locked;
    if not found then
        return;
    end if;
    for v_notice in
        select o.*
        from credits.outbox as o
        where case p_channel
            when 'email' then o.email_planned_at
            else o.webhook_planned_at
        end is null
        order by o.id
        limit 5000
    loop
        insert into credits.deliveries (notice_id, channel, recipient)
        select v_notice.id, p_channel, r.recipient
        from (
            select '' as recipient
            where p_channel = 'webhook'
            union all
            select n.address
            from credits.notice_recipients(v_notice, p_operators) as n (address)
            where p_channel = 'email' and n.address is not null
        ) as r
        where
            v_notice.created_at >= v_channel.started_at
            and not credits.is_stale(v_notice)
        on conflict (notice_id, channel, recipient) do nothing;
        get diagnostics v_rows = row_count;
        v_count := v_count + v_rows;
        update credits.outbox as o
        set
            email_planned_at = case
                when p_channel = 'email' then now() else o.email_planned_at
            end,
            webhook_planned_at = case
                when p_channel = 'webhook' then now() else o.webhook_planned_at
            end
        where o.id = v_notice.id;
        exit when v_count >= p_limit;
    end loop;
end;
$$;

comment on function credits.plan_deliveries(text, text[], integer) is
'Plans the deliveries of new notices over a channel.';

revoke all on function credits.plan_deliveries(text, text[], integer)
from public, anon, authenticated, service_role;
