-- What a type of Stripe event means: the only place that knows.
create or replace function credits.settle_stripe_event(
    p_event jsonb,
    out state text,
    out reason text
)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_event ->> 'type' in (
        'checkout.session.completed', 'checkout.session.async_payment_succeeded'
    ) then
        select s.state, s.reason into strict state, reason
        from credits.settle_checkout_session(p_event #> '{data,object}') as s;
    else
        state := 'ignored';
        reason := 'no rule for this type';
    end if;
end;
$$;

comment on function credits.settle_stripe_event(jsonb) is
'Hands a Stripe event to the rule for its type.';

revoke all on function credits.settle_stripe_event(jsonb)
from public, anon, authenticated, service_role;
