-- RPC for administrators; rules, units and errors: credits.admin_review_dispute.
create or replace function public.admin_review_dispute(
    dispute_id uuid,
    note text default null
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_review_dispute(dispute_id, note);
end;
$$;

comment on function public.admin_review_dispute(uuid, text) is
'Takes a dispute under review.';

revoke all on function public.admin_review_dispute(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_review_dispute(uuid, text) to authenticated, service_role;
