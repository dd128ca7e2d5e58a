-- The lines of an invoice that pay for a period of a plan, ours first. What a discount takes off
-- stands beside a line's amount, so that a line of nothing is a trial. Of a change within the
-- period only the line that is paid counts; on a renewal the lines that settle an earlier change do
-- not.
--
-- Returns  plan: null for a price that is not ours. problem: why such a line cannot be ours.
create or replace function credits.invoice_lines(p_invoice jsonb)
returns credits.invoice_line[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        array_agg(
            (
                l.plan, l.is_prorated, l.period_start_at, l.period_end_at, l.problem
            )::credits.invoice_line
            order by l.plan is null
        ),
        '{}'
    )
    from credits.plan_lines(p_invoice) as l
    where
        l.amount_cents > 0
        and (not l.is_prorated or p_invoice ->> 'billing_reason' = 'subscription_update')
$$;

comment on function credits.invoice_lines(jsonb) is
'The lines of an invoice that pay for a period of a plan.';

revoke all on function credits.invoice_lines(jsonb) from public, anon, authenticated, service_role;
