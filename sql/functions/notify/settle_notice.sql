-- Notes what became of a claimed delivery: sent, or tried again after 1 and 5 minutes, half an
-- hour, 2, 6 and 24 hours; dead after eight attempts.
--
-- p_attempt  the claim's: an error of one whose claim has run out, and is another's now, counts
--            nothing.
-- p_error    null: it was sent.
-- Returns  its state: sent, pending or dead; null for none that is pending.
create or replace function credits.settle_notice(
    p_notice_id bigint,
    p_channel text,
    p_recipient text,
    p_attempt integer,
    p_error text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_minutes integer[] := array[1, 5, 30, 120, 360, 1440, 1440];
    v_state text;
begin
    update credits.deliveries as d
    set
        state = case
            when p_error is null then 'sent'
            when d.attempts >= 8 then 'dead'
            else 'pending'
        end,
        error = left(p_error, 500),
        claimed_until_at = null,
        next_attempt_at = clock_timestamp()
            + make_interval(mins => v_minutes[least(greatest(d.attempts, 1), 7)]),
        settled_at = case when p_error is null or d.attempts >= 8 then clock_timestamp() end
    where
        d.notice_id = p_notice_id
        and d.channel = p_channel
        and d.recipient = p_recipient
        and d.state = 'pending'
        and (p_error is null or d.attempts = p_attempt)
    returning d.state into v_state;
    return v_state;
end;
$$;

comment on function credits.settle_notice(bigint, text, text, integer, text) is
'Notes what became of a claimed delivery.';

revoke all on function credits.settle_notice(bigint, text, text, integer, text)
from public, anon, authenticated, service_role;
grant execute on function credits.settle_notice(
    bigint, text, text, integer, text
) to credits_edge, service_role;
