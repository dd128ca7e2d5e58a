-- RPC for the back end; rules, units and errors: credits.refund_credits.
create or replace function public.refund_credits(
    account_id uuid,
    transaction_id bigint,
    key text,
    amount numeric default null,
    reason text default null
)
returns public.credit_grant
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.refund_credits(account_id, transaction_id, key, amount, reason);
end;
$$;

comment on function public.refund_credits(uuid, bigint, text, numeric, text) is
'Refunds a charge of usage, whole or in part, once per key.';

revoke all on function public.refund_credits(uuid, bigint, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function public.refund_credits(uuid, bigint, text, numeric, text) to service_role;
