-- What each grant of a payment has still to give back (above 0) or to get back (below 0): its share
-- of the money that went back, to nine places, less what was taken back of it already. (A quotient
-- has as many places as its dividend, at least.)
create or replace function credits.due_returns(p_payment credits.payments)
returns table (grant_id bigint, amount numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        g.id,
        trim_scale(
            round(
                g.amount * credits.returned_cents(p_payment)::numeric(40, 20)
                / nullif(p_payment.amount_cents, 0),
                9
            ) - coalesce(
                (
                    select sum(c.amount - c.reinstated)
                    from credits.clawbacks as c
                    where c.account_id = g.account_id and c.grant_id = g.id
                ),
                0
            )
        )
    from credits.grants as g
    where
        g.account_id = p_payment.account_id
        and g.reference = p_payment.id
        and g.source in ('purchase', 'bonus', 'allowance')
        and p_payment.amount_cents > 0
    order by g.id
$$;

comment on function credits.due_returns(credits.payments) is
'What each grant of a payment has still to give or to get back.';

revoke all on function credits.due_returns(credits.payments)
from public, anon, authenticated, service_role;
