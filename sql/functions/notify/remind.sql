-- Reminds owners of what will happen: renewals and ends of subscriptions within three days, credits
-- that expire within seven. Each once; allowances are used or lost every month and are not told.
--
-- p_at     until when is reckoned from.
-- p_limit  notices.
-- Returns  how many notices.
create or replace function credits.remind(p_at timestamptz, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer := 0;
    v_due record;
begin
    for v_due in
        select d.*
        from (
            select * from credits.due_renewals(p_at)
            union all
            select * from credits.due_expiries(p_at)
        ) as d
        where not exists (
            select from credits.outbox as o where o.topic = d.topic and o.key = d.key
        )
        limit p_limit
    loop
        v_count := v_count + credits.put_notice(
            v_due.account_id, v_due.topic, v_due.key, v_due.payload
        )::integer;
    end loop;
    return v_count;
end;
$$;

comment on function credits.remind(timestamptz, integer) is
'Reminds owners of renewals and of credits that expire.';

revoke all on function credits.remind(timestamptz, integer)
from public, anon, authenticated, service_role;
