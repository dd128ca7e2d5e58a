-- How much of a charge was not refunded yet.
create or replace function credits.refundable_credits(p_charge credits.transactions)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(g.value::numeric), 0)
    from jsonb_each_text(credits.refundable_grants(p_charge)) as g;
$$;

comment on function credits.refundable_credits(credits.transactions) is
'How much of a charge was not refunded yet.';

revoke all on function credits.refundable_credits(credits.transactions)
from public, anon, authenticated, service_role;
