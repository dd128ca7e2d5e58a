-- What Stripe tells of a subscription. Whose it is says its customer; where the metadata names
-- another account, a person must look.
create or replace function credits.settle_subscription(
    p_type text,
    p_subscription jsonb,
    p_told_at timestamptz,
    p_event_id text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of('stripe', p_subscription ->> 'customer');
    v_news credits.subscription_news := credits.read_subscription(
        p_type, p_subscription, p_told_at, p_event_id
    );
begin
    if v_account_id is null and v_news.plan is null then
        return ('ignored', 'not a subscription of ours', null)::credits.outcome;
    elsif v_account_id is null then
        return ('quarantined', 'unknown customer', null)::credits.outcome;
    elsif v_news.plan is null then
        return ('quarantined', 'unknown price', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(
        credits.as_uuid(p_subscription #>> '{metadata,account_id}'), v_account_id
    ) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif (select count(*) from credits.plan_items(p_subscription)) > 1 then
        return ('quarantined', 'several plans', null)::credits.outcome;
    elsif credits.is_live(v_news.status)
        and not coalesce(v_news.current_period_end_at > v_news.current_period_start_at, false)
    then
        return ('quarantined', 'no period', null)::credits.outcome;
    end if;
    return credits.note_subscription(v_account_id, 'stripe', v_news);
end;
$$;

comment on function credits.settle_subscription(text, jsonb, timestamptz, text) is
'Settles what Stripe tells of a subscription.';

revoke all on function credits.settle_subscription(text, jsonb, timestamptz, text)
from public, anon, authenticated, service_role;
