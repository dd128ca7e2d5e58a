-- How much of a charge is refunded in all.
create or replace function credits.settle_charge(p_charge jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_charge ->> 'payment_intent' is null then
        return ('ignored', 'not a payment of ours', null)::credits.outcome;
    end if;
    return credits.note_refunded_total(
        'stripe',
        p_charge ->> 'payment_intent',
        (p_charge ->> 'amount_refunded')::bigint,
        p_charge ->> 'currency'
    );
end;
$$;

comment on function credits.settle_charge(jsonb) is
'Takes in how much of a charge is refunded in all.';

revoke all on function credits.settle_charge(jsonb) from public, anon, authenticated, service_role;
