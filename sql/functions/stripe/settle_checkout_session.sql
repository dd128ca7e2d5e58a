-- A completed checkout session: pays the order that its metadata names (the edge wrote it), when
-- Stripe says that it is paid. One that pays later is told again when it has.
create or replace function credits.settle_checkout_session(
    p_session jsonb,
    out state text,
    out reason text
)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_session ->> 'mode' is distinct from 'payment' then
        state := 'ignored';
        reason := 'not a one-time payment';
    elsif not coalesce(
        p_session ->> 'payment_status' in ('paid', 'no_payment_required'), false
    ) then
        state := 'ignored';
        reason := 'not paid yet';
    elsif not coalesce(
        credits.is_uuid(p_session #>> '{metadata,account_id}')
        and credits.is_uuid(p_session #>> '{metadata,order_id}'),
        false
    ) then
        state := 'quarantined';
        reason := 'no order in the metadata';
    else
        reason := credits.settle_payment(
            (p_session #>> '{metadata,account_id}')::uuid,
            (p_session #>> '{metadata,order_id}')::uuid,
            'stripe',
            coalesce(p_session ->> 'payment_intent', p_session ->> 'id'),
            (p_session ->> 'amount_total')::bigint,
            p_session ->> 'currency'
        );
        state := case when reason is null then 'applied' else 'quarantined' end;
    end if;
end;
$$;

comment on function credits.settle_checkout_session(jsonb) is
'Pays the order of a completed checkout session.';

revoke all on function credits.settle_checkout_session(jsonb)
from public, anon, authenticated, service_role;
