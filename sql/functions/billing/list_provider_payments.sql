-- The payments that a provider has told of since a time, in one of its modes, for comparing them
-- with its own lists. Oldest first.
--
-- Units    amount_cents, returned_cents: minor units of currency.
create or replace function credits.list_provider_payments(
    p_provider text,
    p_livemode boolean,
    p_since timestamptz
)
returns table (
    account_id uuid,
    id text,
    intent_id text,
    amount_cents bigint,
    returned_cents bigint,
    currency text,
    paid_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        p.account_id, p.id, p.intent_id, p.amount_cents, credits.returned_cents(p), p.currency,
        p.paid_at
    from credits.payments as p
    where p.provider = p_provider and p.livemode = p_livemode and p.paid_at >= p_since
    order by p.paid_at, p.id
$$;

comment on function credits.list_provider_payments(text, boolean, timestamptz) is
'The payments that a provider has told of since a time.';

revoke all on function credits.list_provider_payments(text, boolean, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.list_provider_payments(
    text, boolean, timestamptz
) to credits_edge, service_role;
