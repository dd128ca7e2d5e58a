-- Pauses an account's automatic top-up, and tells it.
--
-- p_until  infinity: until somebody switches it on again.
create or replace function credits.pause_topup(
    p_account_id uuid,
    p_reason text,
    p_until timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.auto_topups as t
    set paused_reason = p_reason, paused_until_at = p_until
    where t.account_id = p_account_id;
    perform credits.put_notice(
        p_account_id, 'topup_paused', concat_ws(':', p_account_id, clock_timestamp()),
        jsonb_build_object('reason', p_reason, 'paused_until_at', nullif(p_until, 'infinity'))
    );
end;
$$;

comment on function credits.pause_topup(uuid, text, timestamptz) is
'Pauses an account''s automatic top-up, and tells it.';

revoke all on function credits.pause_topup(uuid, text, timestamptz)
from public, anon, authenticated, service_role;
