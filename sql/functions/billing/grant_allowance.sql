-- Grants the credits that an invoice gives for a part of the time it has paid; see allowance_due.
-- The share of the money that went back since goes at once.
--
-- They expire with that time, or so many months later as the plan rolls over, and so many hours
-- later as the catalog waits for the next payment.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.grant_allowance(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_plan credits.plans,
    p_start_at timestamptz,
    p_end_at timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text := 'invoice:' || p_provider || ':' || p_invoice.id || ':'
        || extract(epoch from p_end_at)::bigint;
    v_due numeric := credits.allowance_due(
        p_account_id, p_provider, p_invoice, p_plan, p_start_at, p_end_at
    );
    v_transaction credits.transactions;
begin
    if v_due <= 0 then
        return;
    end if;
    v_transaction := credits.post_grant(
        credits.lock_account(p_account_id), 'allowance', trim_scale(v_due), 'system', v_key,
        credits.request_hash(jsonb_build_array('allowance', v_key)),
        p_expires_at => credits.period_start(p_end_at, p_plan.rollover_months)
        + make_interval(hours => (credits.catalog_in_force()).grace_hours),
        p_reference => p_invoice.id,
        p_description => 'Monthly credits of the plan ' || p_plan.name || ' from '
        || to_char(p_start_at at time zone 'UTC', 'YYYY-MM-DD'),
        p_price_version => p_plan.version
    );
    insert into credits.allowances (
        account_id, transaction_id, provider, subscription_id, payment_id, starts_at, ends_at,
        credits, is_prorated
    )
    values (
        p_account_id, v_transaction.id, p_provider, p_invoice.subscription_id, p_invoice.id,
        p_start_at, p_end_at, v_transaction.amount, p_invoice.is_prorated
    );
    update credits.payments as p
    set transaction_id = v_transaction.id
    where
        p.account_id = p_account_id and p.provider = p_provider and p.id = p_invoice.id
        and p.transaction_id is null;
    perform credits.settle_returns(p_account_id, p_provider, p_invoice.id);
end;
$$;

comment on function credits.grant_allowance(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) is
'Grants a plan''s monthly credits for a part of the time that an invoice has paid.';

revoke all on function credits.grant_allowance(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) from public, anon, authenticated, service_role;
