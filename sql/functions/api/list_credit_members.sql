-- RPC for a signed-in user and the back end; rules, units and errors: credits.list_members.
create or replace function public.list_credit_members(
    account_id uuid
)
returns setof public.credit_member
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_members(account_id) as r;
end;
$$;

comment on function public.list_credit_members(uuid) is
'The members of a team, and what they spent this month.';

revoke all on function public.list_credit_members(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.list_credit_members(uuid) to authenticated, service_role;
