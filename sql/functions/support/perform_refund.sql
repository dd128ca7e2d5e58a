-- Refunds a charge as an act says: amount, charge_id.
--
-- Errors   PT404 transaction_not_found, PT409 refund_exceeds_paid
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_refund(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.refund_charge(
        p_account,
        credits.transaction_row(
            p_account.id, (p_act.arguments ->> 'charge_id')::bigint, 'usage'
        ),
        p_act.amount, p_act.scope, p_act.key, p_act.request, p_act.reason
    );
end;
$$;

comment on function credits.perform_refund(credits.accounts, credits.pending_acts) is
'Refunds a charge as an act says.';

revoke all on function credits.perform_refund(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;
