-- RPC for a signed-in user and the back end; rules, units and errors: credits.get_dispute.
create or replace function public.get_credit_dispute(
    dispute_id uuid
)
returns public.credit_dispute
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_dispute(dispute_id);
end;
$$;

comment on function public.get_credit_dispute(uuid) is
'One dispute of the signed-in user''s accounts.';

revoke all on function public.get_credit_dispute(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_dispute(uuid) to authenticated, service_role;
