-- Counts a request against the account's limit per minute: in no 60 seconds are there more of them.
-- Their times stand on the account's row, which the request writes anyway.
--
-- Returns  the account with the time of this request, to be written with it.
-- Errors   PT429 rate_limited
create or replace function credits.count_request(p_account credits.accounts)
returns credits.accounts
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := p_account.last_transaction_at;
    v_limit integer := p_account.requests_per_minute;
    v_times timestamptz[];
begin
    if v_limit is null then
        return p_account;
    end if;
    v_times := array(
        select r.at
        from unnest(p_account.requested_at) as r (at)
        where r.at > v_now - interval '60 seconds'
        order by r.at
    );
    if cardinality(v_times) >= v_limit then
        raise exception 'rate_limited' using
            errcode = 'PT429',
            detail = jsonb_build_object(
                'limit', v_limit,
                'retry_after_seconds', ceil(extract(
                    epoch from v_times[cardinality(v_times) - v_limit + 1]
                    + interval '60 seconds' - v_now
                ))::integer
            )::text,
            hint = 'Too many requests in a minute: wait retry_after_seconds and try again.';
    end if;
    p_account.requested_at := v_times || v_now;
    return p_account;
end;
$$;

comment on function credits.count_request(credits.accounts) is
'Counts a request against an account''s limit per minute, or PT429.';

revoke all on function credits.count_request(credits.accounts)
from public, anon, authenticated, service_role;
