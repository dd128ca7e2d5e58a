-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_member.
create or replace function public.set_credit_member(
    account_id uuid,
    user_id uuid,
    role text default null,
    monthly_cap numeric default null
)
returns public.credit_member
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.set_member(account_id, user_id, role, monthly_cap);
end;
$$;

comment on function public.set_credit_member(uuid, uuid, text, numeric) is
'Sets the role and the monthly cap of a member.';

revoke all on function public.set_credit_member(uuid, uuid, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.set_credit_member(
    uuid, uuid, text, numeric
) to authenticated, service_role;
