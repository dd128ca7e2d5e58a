-- The subscription that an invoice bills: below parent since the version "basil" of Stripe's API,
-- on the invoice before. Null for an invoice of something else.
create or replace function credits.invoice_subscription(p_invoice jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        p_invoice #>> '{parent,subscription_details,subscription}',
        p_invoice ->> 'subscription'
    )
$$;

comment on function credits.invoice_subscription(jsonb) is
'The subscription that an invoice bills.';

revoke all on function credits.invoice_subscription(jsonb)
from public, anon, authenticated, service_role;
