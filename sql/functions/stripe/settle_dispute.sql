-- A dispute of a payment at the bank, which Stripe calls so: here it is a chargeback. (A dispute is
-- a user's complaint about a charge of credits.)
create or replace function credits.settle_dispute(p_dispute jsonb, p_told_at timestamptz)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_dispute ->> 'payment_intent' is null then
        return ('ignored', 'not a payment of ours', null)::credits.outcome;
    end if;
    return credits.note_chargeback(
        'stripe',
        p_dispute ->> 'payment_intent',
        p_dispute ->> 'id',
        (p_dispute ->> 'amount')::bigint,
        p_dispute ->> 'currency',
        p_dispute ->> 'status',
        p_told_at
    );
end;
$$;

comment on function credits.settle_dispute(jsonb, timestamptz) is
'Takes in a chargeback of a payment.';

revoke all on function credits.settle_dispute(jsonb, timestamptz)
from public, anon, authenticated, service_role;
