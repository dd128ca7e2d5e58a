-- RPC for administrators; rules, units and errors: credits.admin_void_grant.
create or replace function public.admin_void_grant(
    account_id uuid,
    grant_id bigint,
    reason text,
    key text
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_void_grant(account_id, grant_id, reason, key);
end;
$$;

comment on function public.admin_void_grant(uuid, bigint, text, text) is
'Voids a grant for a reason, once per key.';

revoke all on function public.admin_void_grant(uuid, bigint, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_void_grant(
    uuid, bigint, text, text
) to authenticated, service_role;
