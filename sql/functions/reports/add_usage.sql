-- Adds an account's transactions after one id and up to another to its daily usage, and to that of
-- all accounts.
create or replace function credits.add_usage(
    p_account_id uuid,
    p_after_id bigint,
    p_last_id bigint
)
returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with news as (
        select n.* from credits.usage_between(p_account_id, p_after_id, p_last_id) as n
    ),
    own as (
        insert into credits.usage_daily as u
        select n.* from news as n
        on conflict (account_id, day, service, user_id, currency) do update
        set
            calls = u.calls + excluded.calls,
            credits = u.credits + excluded.credits,
            free_credits = u.free_credits + excluded.free_credits,
            refunded = u.refunded + excluded.refunded,
            quantity = u.quantity + excluded.quantity,
            provider_cost = u.provider_cost + excluded.provider_cost,
            earned_cents = u.earned_cents + excluded.earned_cents
    )

    insert into credits.usage_totals as u
    select t.* from credits.total_usage(
        array(select row(n.*)::credits.usage_daily from news as n)
    ) as t
    on conflict (day, service, currency) do update
    set
        calls = u.calls + excluded.calls,
        credits = u.credits + excluded.credits,
        free_credits = u.free_credits + excluded.free_credits,
        refunded = u.refunded + excluded.refunded,
        quantity = u.quantity + excluded.quantity,
        provider_cost = u.provider_cost + excluded.provider_cost,
        earned_cents = u.earned_cents + excluded.earned_cents;
$$;

comment on function credits.add_usage(uuid, bigint, bigint) is
'Adds some of an account''s transactions to its daily usage.';

revoke all on function credits.add_usage(uuid, bigint, bigint)
from public, anon, authenticated, service_role;
