-- RPC for the back end; rules, units and errors: credits.deduct_batch.
create or replace function public.deduct_credits_batch(
    events jsonb
)
returns setof public.credit_batch_result
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.deduct_batch(events) as r;
end;
$$;

comment on function public.deduct_credits_batch(jsonb) is
'Charges many events of usage in one commit.';

revoke all on function public.deduct_credits_batch(jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.deduct_credits_batch(jsonb) to service_role;
