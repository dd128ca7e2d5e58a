-- A charge was paid, by which card; or some of it is refunded, how much in all.
drop function if exists credits.settle_charge(jsonb);
create or replace function credits.settle_charge(p_type text, p_charge jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_type = 'charge.succeeded' then
        return credits.note_card(
            'stripe',
            coalesce(
                credits.account_of('stripe', p_charge ->> 'customer'),
                credits.as_uuid(p_charge #>> '{metadata,account_id}')
            ),
            p_charge #>> '{payment_method_details,card,fingerprint}'
        );
    elsif p_charge ->> 'payment_intent' is null then
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

comment on function credits.settle_charge(text, jsonb) is
'Takes in how a charge was paid, or how much of it is refunded in all.';

revoke all on function credits.settle_charge(text, jsonb)
from public, anon, authenticated, service_role;
