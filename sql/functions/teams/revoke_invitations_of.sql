-- Takes back the open invitations that somebody made, whose role falls or ends: they would outlive
-- it.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.revoke_invitations_of(p_account_id uuid, p_user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.invitations as i
    set state = 'revoked', ended_at = clock_timestamp()
    where i.account_id = p_account_id and i.invited_by = p_user_id and i.state = 'open';
end;
$$;

comment on function credits.revoke_invitations_of(uuid, uuid) is
'Takes back the open invitations that somebody made.';

revoke all on function credits.revoke_invitations_of(uuid, uuid)
from public, anon, authenticated, service_role;
