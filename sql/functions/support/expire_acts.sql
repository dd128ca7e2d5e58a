-- Notes which acts have waited for a second administrator for too long.
--
-- Returns  how many.
create or replace function credits.expire_acts(p_at timestamptz)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    update credits.pending_acts as a
    set state = 'expired'
    where (a.account_id, a.id) in (
        select w.account_id, w.id
        from credits.pending_acts as w
        where w.state = 'pending' and w.expires_at <= p_at
        for update skip locked
    );
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function credits.expire_acts(timestamptz) is
'Notes which acts have waited for too long.';

revoke all on function credits.expire_acts(timestamptz)
from public, anon, authenticated, service_role;
