-- Tries the dead deliveries of a notice again, from the first attempt on.
--
-- Returns  how many there were.
create or replace function credits.revive_notice(p_notice_id bigint)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    update credits.deliveries as d
    set state = 'pending', attempts = 0, next_attempt_at = clock_timestamp(), settled_at = null
    where d.notice_id = p_notice_id and d.state = 'dead';
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function credits.revive_notice(bigint) is
'Tries the dead deliveries of a notice again.';

revoke all on function credits.revive_notice(bigint) from public, anon, authenticated, service_role;
grant execute on function credits.revive_notice(bigint) to credits_edge, service_role;
