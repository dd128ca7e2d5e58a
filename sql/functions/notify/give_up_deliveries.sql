-- Gives up deliveries whose every claim ran out: whoever sent them died each time.
create or replace function credits.give_up_deliveries(p_channel text)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.deliveries as d
    set
        state = 'dead',
        error = coalesce(d.error, 'nobody settled it'),
        settled_at = clock_timestamp()
    where
        d.channel = p_channel
        and d.state = 'pending'
        and d.attempts >= 8
        and d.claimed_until_at <= clock_timestamp();
end;
$$;

comment on function credits.give_up_deliveries(text) is
'Gives up deliveries whose every claim ran out.';

revoke all on function credits.give_up_deliveries(text)
from public, anon, authenticated, service_role;
