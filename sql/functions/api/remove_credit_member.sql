-- RPC for a signed-in user and the back end; rules, units and errors: credits.remove_member.
create or replace function public.remove_credit_member(
    account_id uuid,
    user_id uuid
)
returns public.credit_member
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.remove_member(account_id, user_id);
end;
$$;

comment on function public.remove_credit_member(uuid, uuid) is
'Removes a member from a team, or leaves it.';

revoke all on function public.remove_credit_member(uuid, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.remove_credit_member(uuid, uuid) to authenticated, service_role;
