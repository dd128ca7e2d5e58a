-- RPC for the back end; rules, units and errors: credits.check_integrity.
create or replace function public.check_credit_integrity(account_id uuid default null)
returns setof public.credit_violation
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.check_integrity(account_id) as r;
end;
$$;

comment on function public.check_credit_integrity(uuid) is
'Re-derives every balance, grant, sequence and chain; empty when all is well.';

revoke all on function public.check_credit_integrity(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.check_credit_integrity(uuid) to service_role;
