-- RPC for a signed-in user and the back end; rules, units and errors: credits.invite_member.
create or replace function public.invite_credit_member(
    account_id uuid,
    email text,
    role text
)
returns public.credit_invitation
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.invite_member(account_id, email, role);
end;
$$;

comment on function public.invite_credit_member(uuid, text, text) is
'Invites somebody into a team by e-mail.';

revoke all on function public.invite_credit_member(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.invite_credit_member(
    uuid, text, text
) to authenticated, service_role;
