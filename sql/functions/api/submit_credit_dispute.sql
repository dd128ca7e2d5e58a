-- RPC for a signed-in user and the back end; rules, units and errors: credits.submit_dispute.
create or replace function public.submit_credit_dispute(
    transaction_id bigint,
    reason text,
    description text,
    requested_refund numeric default null,
    account_id uuid default null
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.submit_dispute(
        transaction_id, reason, description, requested_refund, account_id
    );
end;
$$;

comment on function public.submit_credit_dispute(bigint, text, text, numeric, uuid) is
'Disputes a charge of usage.';

revoke all on function public.submit_credit_dispute(bigint, text, text, numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.submit_credit_dispute(
    bigint, text, text, numeric, uuid
) to authenticated, service_role;
