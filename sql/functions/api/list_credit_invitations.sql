-- RPC for a signed-in user and the back end; rules, units and errors: credits.list_invitations.
create or replace function public.list_credit_invitations(
    account_id uuid default null
)
returns setof public.credit_invitation
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_invitations(account_id) as r;
end;
$$;

comment on function public.list_credit_invitations(uuid) is
'The open invitations of a team, or those of the signed-in user.';

revoke all on function public.list_credit_invitations(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.list_credit_invitations(uuid) to authenticated, service_role;
