-- Counts an attempt with a code before the code is looked at: after ten wrong ones within an hour
-- no code is taken from this user. Who brings a good one is given the attempt back
-- (forgive_code_attempt).
--
-- Called in a transaction of its own where a wrong code raises, for that would undo the count.
--
-- Errors   PT429 rate_limited
-- Locks    credits.code_attempts: one row, until commit; after the account's row, before those of
--          promotions and identities.
create or replace function credits.count_code_attempt(p_user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_row credits.code_attempts;
begin
    insert into credits.code_attempts as c (user_id, attempts, window_ends_at)
    values (p_user_id, 1, v_now + interval '1 hour')
    on conflict (user_id) do update
    set
        attempts = case when c.window_ends_at <= v_now then 1 else c.attempts + 1 end,
        window_ends_at = case
            when c.window_ends_at <= v_now then excluded.window_ends_at
            else c.window_ends_at
        end
    returning * into strict v_row;
    if v_row.attempts > 10 then
        raise exception 'rate_limited' using
            errcode = 'PT429',
            detail = jsonb_build_object(
                'limit', 10,
                'retry_after_seconds',
                ceil(extract(epoch from v_row.window_ends_at - v_now))::integer
            )::text,
            hint = 'Too many wrong codes: wait retry_after_seconds and try again.';
    end if;
end;
$$;

comment on function credits.count_code_attempt(uuid) is
'Counts an attempt of a user with a code, or PT429.';

revoke all on function credits.count_code_attempt(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.count_code_attempt(uuid) to credits_edge, service_role;
