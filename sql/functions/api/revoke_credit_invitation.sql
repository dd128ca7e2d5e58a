-- RPC for a signed-in user and the back end; rules, units and errors: credits.revoke_invitation.
create or replace function public.revoke_credit_invitation(
    invitation_id uuid
)
returns public.credit_invitation
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.revoke_invitation(invitation_id);
end;
$$;

comment on function public.revoke_credit_invitation(uuid) is
'Takes an invitation back, or declines it.';

revoke all on function public.revoke_credit_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.revoke_credit_invitation(uuid) to authenticated, service_role;
