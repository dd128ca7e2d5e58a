-- RPC for a signed-in user and the back end; rules, units and errors: credits.withdraw_dispute.
create or replace function public.withdraw_credit_dispute(
    dispute_id uuid
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.withdraw_dispute(dispute_id);
end;
$$;

comment on function public.withdraw_credit_dispute(uuid) is
'Withdraws a dispute that nobody has resolved yet.';

revoke all on function public.withdraw_credit_dispute(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.withdraw_credit_dispute(uuid) to authenticated, service_role;
