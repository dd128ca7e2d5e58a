-- What an account used, by service and by day, week, month or year (UTC): whole days, what has
-- happened a moment ago included. Members and viewers see the own usage.
--
-- p_since  null for 30 days before p_until; p_until  null for now; both count with their whole day.
-- Units    credits: charged; what was refunded is not taken off.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required, invalid_bucket
create or replace function credits.usage_stats(
    p_account_id uuid,
    p_since timestamptz,
    p_until timestamptz,
    p_bucket text
)
returns setof public.credit_usage_stat
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_account credits.accounts := credits.read_account(v_account_id);
    v_done_id bigint;
    v_first date := credits.first_day(p_since, p_until);
    v_last date := credits.last_day(p_until);
begin
    perform credits.check_bucket(p_bucket);
    select r.last_transaction_id into v_done_id
    from credits.rollups as r
    where r.account_id = v_account_id;
    return query
    select
        date_trunc(p_bucket, u.day::timestamp) at time zone 'UTC',
        nullif(u.service, ''),
        sum(u.calls)::bigint,
        trim_scale(sum(u.credits))
    from (
        select d.day, d.service, d.user_id, d.calls, d.credits
        from credits.usage_daily as d
        where d.account_id = v_account_id
        union all
        select n.day, n.service, n.user_id, n.calls, n.credits
        from credits.usage_between(
            v_account_id, coalesce(v_done_id, 0), v_account.last_transaction_id
        ) as n
    ) as u
    where
        u.day >= v_first
        and u.day <= v_last
        and (v_only_user_id is null or u.user_id = v_only_user_id)
    group by 1, 2
    having sum(u.calls) > 0 or sum(u.credits) > 0
    order by 1, 2;
end;
$$;

comment on function credits.usage_stats(uuid, timestamptz, timestamptz, text) is
'What an account used, by service and time.';

revoke all on function credits.usage_stats(uuid, timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function credits.usage_stats(
    uuid, timestamptz, timestamptz, text
) to authenticated, service_role;
