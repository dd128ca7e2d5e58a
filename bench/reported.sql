-- What the benchmark's reports read, besides the transactions that were filled: the daily usage of
-- thirty days, each as the one that was filled, and 10,000 payments of these days.
do $$
begin
    while credits.roll_up(10000) > 0 loop
        null;
    end loop;
end
$$;

insert into credits.usage_daily (
    account_id, day, service, user_id, currency, calls, credits, free_credits, refunded, quantity,
    provider_cost, earned_cents
)
select
    u.account_id,
    u.day - d.days,
    u.service,
    u.user_id,
    u.currency,
    u.calls,
    u.credits,
    u.free_credits,
    u.refunded,
    u.quantity,
    u.provider_cost,
    u.earned_cents
from credits.usage_daily as u
cross join generate_series(1, 29) as d (days);

insert into credits.usage_totals (
    day, service, currency, calls, credits, free_credits, refunded, quantity, provider_cost,
    earned_cents
)
select
    u.day - d.days,
    u.service,
    u.currency,
    u.calls,
    u.credits,
    u.free_credits,
    u.refunded,
    u.quantity,
    u.provider_cost,
    u.earned_cents
from credits.usage_totals as u
cross join generate_series(1, 29) as d (days);

insert into credits.payments (
    account_id, id, provider, amount_cents, currency, paid_at, livemode
)
select
    a.id,
    'bench_' || n.number,
    'stripe',
    1000,
    'usd',
    clock_timestamp() - n.number * interval '250 seconds',
    coalesce(credits.livemode('stripe'), false)
from generate_series(1, 10000) as n (number)
inner join (
    select
        id,
        row_number() over (order by id) as place,
        count(*) over () as accounts
    from credits.accounts
) as a
    on a.place = 1 + n.number % a.accounts;

vacuum (analyze) credits.usage_daily, credits.usage_totals, credits.rollups,
    credits.payments;
