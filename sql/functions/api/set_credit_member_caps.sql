-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_member_caps.
create or replace function public.set_credit_member_caps(
    account_id uuid,
    monthly_cap numeric
)
returns setof public.credit_member
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.set_member_caps(account_id, monthly_cap) as r;
end;
$$;

comment on function public.set_credit_member_caps(uuid, numeric) is
'Sets the monthly cap of all members of role member.';

revoke all on function public.set_credit_member_caps(uuid, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.set_credit_member_caps(
    uuid, numeric
) to authenticated, service_role;
