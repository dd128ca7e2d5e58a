-- RPC for administrators; rules, units and errors: credits.admin_resolve_dispute.
create or replace function public.admin_resolve_dispute(
    dispute_id uuid,
    outcome text,
    note text,
    refund numeric default null
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_resolve_dispute(dispute_id, outcome, note, refund);
end;
$$;

comment on function public.admin_resolve_dispute(uuid, text, text, numeric) is
'Resolves a dispute, with a refund in the same transaction.';

revoke all on function public.admin_resolve_dispute(uuid, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.admin_resolve_dispute(
    uuid, text, text, numeric
) to authenticated, service_role;
