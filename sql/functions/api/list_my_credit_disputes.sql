-- RPC for a signed-in user; rules, units and errors: credits.list_my_disputes.
create or replace function public.list_my_credit_disputes()
returns setof public.credit_dispute
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_my_disputes() as r;
end;
$$;

comment on function public.list_my_credit_disputes() is
'The disputes of the signed-in user''s accounts.';

revoke all on function public.list_my_credit_disputes()
from public, anon, authenticated, service_role;
grant execute on function public.list_my_credit_disputes() to authenticated;
