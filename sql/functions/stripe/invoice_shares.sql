-- Of how much of which plans an invoice pays within a running period: by the share of the price, so
-- that who pays for the last day of a month gets the credits of a day.
create or replace function credits.invoice_shares(p_invoice jsonb)
returns credits.plan_share[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array_agg(
        (
            l.plan, least(1, l.amount_cents::numeric(40, 20) / l.price_cents)
        )::credits.plan_share
    )
    from credits.plan_lines(p_invoice) as l
    where l.is_prorated and l.plan is not null
$$;

comment on function credits.invoice_shares(jsonb) is
'Of how much of which plans an invoice pays within a running period.';

revoke all on function credits.invoice_shares(jsonb) from public, anon, authenticated, service_role;
