-- What each grant that a payment gave has still to give back (above 0) or to get back (below 0):
-- its share of the money that went back, to nine places, less what was taken back of it already. (A
-- quotient has as many places as its dividend, at least.)
--
-- The rewards of a referral that the payment earned are among them, on both accounts; of a referral
-- that is void, all of them.
drop function if exists credits.due_returns(credits.payments);
create or replace function credits.due_returns(p_payment credits.payments)
returns table (account_id uuid, grant_id bigint, amount numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with given as (
        select g.account_id, g.id, g.amount, false as is_void
        from credits.grants as g
        where
            g.account_id = p_payment.account_id
            and g.reference = p_payment.id
            and g.source in ('purchase', 'bonus', 'allowance')
        union all
        select g.account_id, g.id, g.amount, r.is_void
        from credits.referrals as r
        inner join credits.grants as g
            on g.account_id in (r.referee_id, r.referrer_id)
            and g.source = 'referral'
            and g.reference = credits.referral_reference(r.referee_id)
        where
            r.referee_id = p_payment.account_id
            and r.provider = p_payment.provider
            and r.payment_id = p_payment.id
    )

    select
        g.account_id,
        g.id,
        trim_scale(
            case
                when g.is_void then g.amount
                else round(
                    g.amount * credits.returned_cents(p_payment)::numeric(40, 20)
                    / nullif(p_payment.amount_cents, 0),
                    9
                )
            end - coalesce(
                (
                    select sum(c.amount - c.reinstated)
                    from credits.clawbacks as c
                    where c.account_id = g.account_id and c.grant_id = g.id
                ),
                0
            )
        )
    from given as g
    where p_payment.amount_cents > 0
    order by g.account_id, g.id
$$;

comment on function credits.due_returns(credits.payments) is
'What each grant of a payment has still to give or to get back.';

revoke all on function credits.due_returns(credits.payments)
from public, anon, authenticated, service_role;
