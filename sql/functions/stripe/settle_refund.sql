-- One refund of a payment.
create or replace function credits.settle_refund(p_refund jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_refund ->> 'payment_intent' is null then
        return ('ignored', 'not a payment of ours', null)::credits.outcome;
    end if;
    return credits.note_refund(
        'stripe',
        p_refund ->> 'payment_intent',
        p_refund ->> 'id',
        (p_refund ->> 'amount')::bigint,
        p_refund ->> 'currency',
        coalesce(p_refund ->> 'status', 'pending')
    );
end;
$$;

comment on function credits.settle_refund(jsonb) is
'Takes in one refund of a payment.';

revoke all on function credits.settle_refund(jsonb) from public, anon, authenticated, service_role;
