-- RPC for administrators; rules, units and errors: credits.admin_refund_transaction.
create or replace function public.admin_refund_transaction(
    account_id uuid,
    transaction_id bigint,
    reason text,
    key text,
    amount numeric default null
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_refund_transaction(account_id, transaction_id, reason, key, amount);
end;
$$;

comment on function public.admin_refund_transaction(uuid, bigint, text, text, numeric) is
'Refunds a charge for a reason, once per key.';

revoke all on function public.admin_refund_transaction(uuid, bigint, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.admin_refund_transaction(
    uuid, bigint, text, text, numeric
) to authenticated, service_role;
