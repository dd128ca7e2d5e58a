-- RPC for a signed-in user; rules, units and errors: credits.create_team.
create or replace function public.create_credit_team(
    name text
)
returns public.credit_account
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.create_team(name);
end;
$$;

comment on function public.create_credit_team(text) is
'Creates a team, whose first owner is the caller.';

revoke all on function public.create_credit_team(text)
from public, anon, authenticated, service_role;
grant execute on function public.create_credit_team(text) to authenticated;
