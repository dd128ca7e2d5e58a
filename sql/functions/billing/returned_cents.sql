-- How much of a payment has gone back, by refunds and chargebacks together: at most all of it.
--
-- Refunds are told one by one, as a total, or both: what they come to is the larger of both, and a
-- refund that failed counts in neither. A chargeback counts from its beginning until it is won; an
-- inquiry moves no money.
--
-- Units    minor units of the payment's currency.
create or replace function credits.returned_cents(p_payment credits.payments)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select least(
        p_payment.amount_cents,
        (
            select greatest(
                coalesce(sum(r.amount_cents) filter (where not credits.is_failed(r.status)), 0),
                p_payment.refunded_cents
                - coalesce(sum(r.amount_cents) filter (where credits.is_failed(r.status)), 0)
            )
            from credits.refunds as r
            where
                r.account_id = p_payment.account_id
                and r.provider = p_payment.provider
                and r.payment_id = p_payment.id
        ) + (
            select coalesce(sum(c.amount_cents), 0)
            from credits.chargebacks as c
            where
                c.account_id = p_payment.account_id
                and c.provider = p_payment.provider
                and c.payment_id = p_payment.id
                and c.status in (
                    'needs_response', 'under_review', 'lost', 'appeal_needs_response',
                    'appeal_under_review'
                )
        )
    )::bigint
$$;

comment on function credits.returned_cents(credits.payments) is
'How much of a payment has gone back, in minor units.';

revoke all on function credits.returned_cents(credits.payments)
from public, anon, authenticated, service_role;
