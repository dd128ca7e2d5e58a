-- RPC for a signed-in user; rules, units and errors: credits.accept_invitation.
create or replace function public.accept_credit_invitation(
    invitation_id uuid
)
returns public.credit_account
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.accept_invitation(invitation_id);
end;
$$;

comment on function public.accept_credit_invitation(uuid) is
'Makes the invited user a member of the team.';

revoke all on function public.accept_credit_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.accept_credit_invitation(uuid) to authenticated;
