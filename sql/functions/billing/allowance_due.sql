-- The credits that an invoice gives for a part of the time: for a period its plan's monthly
-- credits, less those of other invoices for it; for a change within a period the share that was
-- paid. All invoices together give no more than the dearest plan that is paid for does, so that to
-- change up and down gives nothing twice.
drop function if exists credits.allowance_due(
    uuid, text, credits.paid_invoice, timestamptz, timestamptz
);
create or replace function credits.allowance_due(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_plan credits.plans,
    p_start_at timestamptz,
    p_end_at timestamptz
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_most numeric;
    v_given numeric;
    v_given_for_periods numeric;
begin
    select greatest(p_plan.monthly_credits, max((credits.plan_in_force(p.plan)).monthly_credits))
    into strict v_most
    from credits.payments as p
    where
        p.account_id = p_account_id and p.provider = p_provider
        and p.subscription_id = p_invoice.subscription_id
        and p.period_end_at = p_invoice.period_end_at
        and p.plan is not null;
    select
        coalesce(sum(a.credits), 0),
        coalesce(sum(a.credits) filter (where not a.is_prorated), 0)
    into strict v_given, v_given_for_periods
    from credits.allowances as a
    where
        a.account_id = p_account_id and a.provider = p_provider
        and a.subscription_id = p_invoice.subscription_id
        and a.starts_at < p_end_at and a.ends_at > p_start_at;
    return least(
        case
            when p_invoice.is_prorated then credits.shared_credits(p_invoice.shares)
            else p_plan.monthly_credits - v_given_for_periods
        end,
        v_most - v_given
    );
end;
$$;

comment on function credits.allowance_due(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) is
'The credits that an invoice gives for a part of the time.';

revoke all on function credits.allowance_due(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) from public, anon, authenticated, service_role;
