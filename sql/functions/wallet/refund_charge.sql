-- Refunds so much of a charge of a locked account, in reverse burn-down order.
--
-- Errors   PT409 refund_exceeds_paid
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.refund_charge(
    p_account credits.accounts,
    p_charge credits.transactions,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_reason text
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left jsonb := credits.refundable_grants(p_charge);
begin
    perform credits.check_refund(p_charge, v_left, p_amount);
    return credits.post_refund(
        p_account, p_charge, credits.first_grants(p_account.id, v_left, p_amount, true),
        p_amount, p_scope, p_key, p_request, p_reason
    );
end;
$$;

comment on function credits.refund_charge(
    credits.accounts, credits.transactions, numeric, text, text, bytea, text
) is
'Refunds so much of a charge of a locked account.';

revoke all on function credits.refund_charge(
    credits.accounts, credits.transactions, numeric, text, text, bytea, text
) from public, anon, authenticated, service_role;
