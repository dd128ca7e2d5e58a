-- Refunds a charge of usage, whole or in part, once per key: back to the grants that paid, the last
-- in burn-down order first, and never more than was paid in sum. It repays debt first.
--
-- The share of a grant that has expired meanwhile is a grant of its own, with the refund's number,
-- that lives as many days as the catalog says.
--
-- Units    p_amount: credits; null for all that is left of the charge.
-- Returns  grant_id: of that grant, null when there is none.
-- Errors   PT404 account_not_found, transaction_not_found, PT403 account_closed, PT409
--          refund_exceeds_paid, idempotency_key_reused, 22023 invalid_amount and the limits of
--          texts
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.refund_credits(
    p_account_id uuid,
    p_transaction_id bigint,
    p_key text,
    p_amount numeric,
    p_reason text
)
returns public.credit_grant
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_request bytea;
    v_account credits.accounts;
    v_charge credits.transactions;
    v_refund credits.transactions;
begin
    if p_amount is not null then
        p_amount := credits.check_amount(p_amount);
    end if;
    p_key := credits.check_texts(p_key, null, null, p_reason, null);
    v_request := credits.request_hash(jsonb_build_array(
        'refund', p_transaction_id, p_amount, p_reason
    ));
    v_account := credits.lock_account(p_account_id);
    v_refund := credits.find_transaction(v_account, 'service', p_key, v_request);
    if v_refund.id is null then
        v_charge := credits.transaction_row(p_account_id, p_transaction_id, 'usage');
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account takes no credits.';
        end if;
        v_refund := credits.refund_charge(
            v_account, v_charge, coalesce(p_amount, credits.refundable_credits(v_charge)),
            'service', p_key, v_request, p_reason
        );
    end if;
    return credits.show_refund(v_refund);
end;
$$;

comment on function credits.refund_credits(uuid, bigint, text, numeric, text) is
'Refunds a charge of usage, whole or in part, once per key.';

revoke all on function credits.refund_credits(uuid, bigint, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function credits.refund_credits(uuid, bigint, text, numeric, text) to service_role;
