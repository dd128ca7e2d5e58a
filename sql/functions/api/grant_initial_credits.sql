-- RPC for the back end; rules, units and errors: credits.grant_initial_credits.
create or replace function public.grant_initial_credits(batch_size integer default 1000)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.grant_initial_credits(batch_size);
end;
$$;

comment on function public.grant_initial_credits(integer) is
'Opens and starts the accounts of users who were there before.';

revoke all on function public.grant_initial_credits(integer)
from public, anon, authenticated, service_role;
grant execute on function public.grant_initial_credits(integer) to service_role;
