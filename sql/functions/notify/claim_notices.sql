-- Claims deliveries that are due over a channel, for so many seconds: who does not settle them by
-- then has died, and they are claimed again. At least once, never at the same time.
--
-- p_operators  the addresses of those who run the system.
-- Errors       22023 invalid_channel, invalid_batch_size, invalid_lease
-- Locks        credits.deliveries: the rows, until commit; others skip them.
create or replace function credits.claim_notices(
    p_channel text,
    p_operators text[],
    p_limit integer,
    p_lease_seconds integer
)
returns setof credits.notice
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_channel(p_channel);
    perform credits.check_job(now(), p_limit);
    if coalesce(p_lease_seconds, 0) not between 1 and 3600 then
        raise exception 'invalid_lease' using
            errcode = '22023',
            detail = jsonb_build_object('minimum', 1, 'maximum', 3600)::text,
            hint = 'A claim lasts 1 to 3600 seconds.';
    end if;
    perform credits.give_up_deliveries(p_channel);
    perform credits.plan_deliveries(p_channel, coalesce(p_operators, '{}'), 10 * p_limit);
    return query
    with due as (
        select d.notice_id, d.channel, d.recipient
        from credits.deliveries as d
        where
            d.channel = p_channel
            and d.state = 'pending'
            and d.next_attempt_at <= clock_timestamp()
            and coalesce(d.claimed_until_at <= clock_timestamp(), true)
        order by d.next_attempt_at
        limit p_limit
        for update skip locked
    ),
    claimed as (
        update credits.deliveries as d
        set
            attempts = d.attempts + 1,
            claimed_until_at = clock_timestamp() + make_interval(secs => p_lease_seconds)
        from due
        where
            d.notice_id = due.notice_id
            and d.channel = due.channel
            and d.recipient = due.recipient
        returning d.notice_id, d.channel, d.recipient, d.attempts
    )

    select
        o.id, c.channel, c.recipient, o.topic, o.key, o.account_id, o.payload, o.created_at,
        c.attempts
    from claimed as c
    inner join credits.outbox as o on c.notice_id = o.id
    order by o.id, c.recipient;
end;
$$;

comment on function credits.claim_notices(text, text[], integer, integer) is
'Claims deliveries that are due over a channel.';

revoke all on function credits.claim_notices(text, text[], integer, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.claim_notices(
    text, text[], integer, integer
) to credits_edge, service_role;
