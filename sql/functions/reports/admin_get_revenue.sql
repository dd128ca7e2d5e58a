-- What was paid and went back, by day, week, month or year (UTC) of the payment.
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Units    cents: minor units of currency. returned: by refunds and chargebacks of these payments,
--          whenever they came. credits_sold: bought, without bonus; of plans what their payments
--          have given so far.
-- Errors   PT403 admin_only, 22023 invalid_bucket
create or replace function credits.admin_get_revenue(
    p_since timestamptz,
    p_until timestamptz,
    p_bucket text
)
returns setof public.credit_revenue
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    perform credits.check_bucket(p_bucket);
    return query
    select
        date_trunc(p_bucket, p.paid_at at time zone 'UTC') at time zone 'UTC', p.currency,
        count(*), sum(p.amount_cents), sum(r.cents), sum(p.amount_cents) - sum(r.cents),
        trim_scale(coalesce(sum(
            case
                when p.subscription_id is null then g.amount
                else (
                    select sum(a.credits)
                    from credits.allowances as a
                    where
                        a.account_id = p.account_id
                        and a.provider = p.provider
                        and a.payment_id = p.id
                )
            end
        ), 0))
    from credits.payments as p
    inner join credits.providers as v on p.provider = v.provider and p.livemode = v.livemode
    left join credits.grants as g on p.account_id = g.account_id and p.transaction_id = g.id
    cross join lateral (
        select case
            when p.refunded_cents > 0
                or exists (
                    select from credits.refunds as b
                    where
                        b.account_id = p.account_id
                        and b.provider = p.provider
                        and b.payment_id = p.id
                )
                or exists (
                    select from credits.chargebacks as b
                    where
                        b.account_id = p.account_id
                        and b.provider = p.provider
                        and b.payment_id = p.id
                )
                then credits.returned_cents(p)
            else 0
        end as cents    -- Most payments stay.
    ) as r
    where
        p.paid_at >= v_first::timestamp at time zone 'UTC'
        and p.paid_at < (v_last + 1)::timestamp at time zone 'UTC'
    group by 1, 2
    order by 1, 2;
end;
$$;

comment on function credits.admin_get_revenue(timestamptz, timestamptz, text) is
'What was paid and went back, by time.';

revoke all on function credits.admin_get_revenue(timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_revenue(
    timestamptz, timestamptz, text
) to authenticated, service_role;
