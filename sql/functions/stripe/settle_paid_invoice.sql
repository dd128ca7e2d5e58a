-- A paid invoice: it pays for the plan whose price is on one of its lines. An invoice of other
-- things, of a trial, or of a plan for nothing pays for no credits.
create or replace function credits.settle_paid_invoice(p_invoice jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of('stripe', p_invoice ->> 'customer');
    v_subscription_id text := credits.invoice_subscription(p_invoice);
    v_claimed_id uuid := credits.as_uuid(coalesce(
        p_invoice #>> '{parent,subscription_details,metadata,account_id}',
        p_invoice #>> '{subscription_details,metadata,account_id}'
    ));
    v_lines credits.invoice_line[] := credits.invoice_lines(p_invoice);
    v_line credits.invoice_line := v_lines[1];
begin
    if p_invoice ->> 'status' is distinct from 'paid' then
        return ('ignored', 'not paid', null)::credits.outcome;
    elsif v_account_id is not null
        and v_subscription_id is not null
        and p_invoice #> '{lines,has_more}' = 'true'
        and (credits.payment_row(v_account_id, 'stripe', p_invoice ->> 'id')).id is null
    then
        return ('quarantined', 'it has more lines than were told', null)::credits.outcome;
    elsif v_subscription_id is null or v_lines = '{}' then
        return ('ignored', 'no paid period of a plan', null)::credits.outcome;
    elsif v_line.plan is null and v_account_id is null then
        return ('ignored', 'not an invoice of ours', null)::credits.outcome;
    elsif v_account_id is null then
        return ('quarantined', 'unknown customer', null)::credits.outcome;
    elsif v_line.plan is null then
        return ('quarantined', 'unknown price', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(v_claimed_id, v_account_id) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif (select count(l.plan) from unnest(v_lines) as l) > 1 then
        return ('quarantined', 'several plans', null)::credits.outcome;
    elsif p_invoice ->> 'amount_paid' is null then
        return ('quarantined', 'no amount', null)::credits.outcome;
    elsif v_line.problem is not null then
        return ('quarantined', v_line.problem, null)::credits.outcome;
    end if;
    return credits.settle_invoice(
        v_account_id, 'stripe',
        (
            p_invoice ->> 'id',
            coalesce(
                p_invoice ->> 'payment_intent',
                p_invoice #>> '{payments,data,0,payment,payment_intent}'
            ),
            v_subscription_id,
            v_line.plan,
            v_line.is_prorated,
            (p_invoice ->> 'amount_paid')::bigint,
            p_invoice ->> 'currency',
            v_line.period_start_at,
            v_line.period_end_at,
            credits.invoice_shares(p_invoice)
        )::credits.paid_invoice
    );
end;
$$;

comment on function credits.settle_paid_invoice(jsonb) is
'Settles a paid invoice.';

revoke all on function credits.settle_paid_invoice(jsonb)
from public, anon, authenticated, service_role;
