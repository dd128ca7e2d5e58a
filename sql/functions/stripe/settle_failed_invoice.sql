-- A subscription could not be paid: the account is told, once per attempt. What becomes of the
-- subscription Stripe tells apart.
create or replace function credits.settle_failed_invoice(p_invoice jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of('stripe', p_invoice ->> 'customer');
begin
    if v_account_id is not null
        and credits.invoice_subscription(p_invoice) is not null
        and credits.put_notice(
            v_account_id, 'payment_failed',
            concat(p_invoice ->> 'id', ':', p_invoice ->> 'attempt_count'),
            jsonb_build_object(
                'invoice_id', p_invoice ->> 'id',
                'amount_cents', p_invoice -> 'amount_due',
                'currency', p_invoice -> 'currency'
            )
        )
    then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'nobody to be told, or told already', null)::credits.outcome;
end;
$$;

comment on function credits.settle_failed_invoice(jsonb) is
'Tells the account of a subscription that could not be paid.';

revoke all on function credits.settle_failed_invoice(jsonb)
from public, anon, authenticated, service_role;
