-- A subscription as Stripe tells it, in plain words. Its period stands on its items since the
-- version "basil" of the API (2025-03-31), and on itself before.
--
-- Returns  plan: that of the item whose price is ours, null without one. told_rank: of news of the
--          same second, an end comes after an update and an update after the beginning; then an
--          active status after others; a fetched object comes last.
create or replace function credits.read_subscription(
    p_type text,
    p_subscription jsonb,
    p_told_at timestamptz,
    p_event_id text
)
returns credits.subscription_news
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_status text := case
        when p_type = 'customer.subscription.deleted' then 'canceled'
        else p_subscription ->> 'status'
    end;
    v_item jsonb;
    v_plan text;
begin
    select i.item, i.plan into v_item, v_plan
    from credits.plan_items(p_subscription) as i;
    return (
        p_subscription ->> 'id',
        v_plan,
        v_status,
        credits.stripe_time(coalesce(
            v_item -> 'current_period_start', p_subscription -> 'current_period_start'
        )),
        credits.stripe_time(coalesce(
            v_item -> 'current_period_end', p_subscription -> 'current_period_end'
        )),
        credits.stripe_time(p_subscription -> 'cancel_at'),
        (p_subscription ->> 'cancel_at_period_end')::boolean
        or coalesce(p_subscription ->> 'cancel_at' is not null, false),
        jsonb_typeof(p_subscription -> 'pause_collection') = 'object',
        credits.stripe_time(p_subscription -> 'trial_end'),
        credits.stripe_time(p_subscription -> 'ended_at'),
        p_told_at,
        case
            when p_told_at is null then 100
            when p_type = 'customer.subscription.created' then 0
            when p_type = 'customer.subscription.deleted' then 20
            else 10
        end + case v_status when 'active' then 2 when 'trialing' then 1 else 0 end,
        p_event_id
    )::credits.subscription_news;
end;
$$;

comment on function credits.read_subscription(text, jsonb, timestamptz, text) is
'A subscription as Stripe tells it, in plain words.';

revoke all on function credits.read_subscription(text, jsonb, timestamptz, text)
from public, anon, authenticated, service_role;
