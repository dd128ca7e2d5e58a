-- Grants what a paid invoice pays for: a period of a plan. Once per invoice, however often and by
-- however many events it is told.
--
-- A change within the period counts at once, or, as the catalog says, from the next renewal. A
-- period that is over gives nothing: its credits would have expired. That a closed account is still
-- billed, somebody is told.
--
-- Units    amount_cents: what was paid, minor units.
-- Returns  applied, ignored (it is settled already), or quarantined.
-- Errors   22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts as lock_payer; until
--          commit.
create or replace function credits.settle_invoice(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_plan credits.plans;
    v_counts boolean;
begin
    perform credits.share_catalog();
    v_account := credits.lock_payer(p_account_id);
    v_plan := credits.plan_in_force(p_invoice.plan);
    v_counts := not p_invoice.is_prorated or (credits.catalog_in_force()).upgrade = 'now';
    if not credits.keep_external_id(p_provider, p_invoice.id, p_account_id) then
        return ('quarantined', 'the invoice is of another account', null)::credits.outcome;
    end if;
    insert into credits.payments (
        account_id, id, provider, amount_cents, currency, paid_at, livemode, subscription_id,
        plan, is_prorated, period_start_at, period_end_at
    )
    values (
        p_account_id, p_invoice.id, p_provider, p_invoice.amount_cents, p_invoice.currency,
        clock_timestamp(), credits.livemode(p_provider), p_invoice.subscription_id,
        case when v_counts then v_plan.code end, p_invoice.is_prorated,
        p_invoice.period_start_at, p_invoice.period_end_at
    )
    on conflict (account_id, provider, id) do nothing;
    if not found then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    if p_invoice.intent_id is not null then
        perform credits.link_intent(p_provider, p_invoice.id, p_invoice.intent_id);
    end if;

    perform credits.note_paid_period(p_account_id, p_provider, p_invoice.subscription_id);
    perform credits.follow_subscriptions(p_account_id);
    if v_counts then
        perform credits.grant_period(p_account_id, p_provider, p_invoice, clock_timestamp());
    end if;
    perform credits.reward_referral(p), credits.tell_receipt(p)
    from credits.payment_row(p_account_id, p_provider, p_invoice.id) as p;
    if v_account.status = 'closed' then
        perform credits.put_notice(
            p_account_id, 'closed_account_paid', p_invoice.id,
            jsonb_build_object('subscription_id', p_invoice.subscription_id)
        );
    end if;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.settle_invoice(uuid, text, credits.paid_invoice) is
'Grants what a paid invoice pays for, once per invoice.';

revoke all on function credits.settle_invoice(uuid, text, credits.paid_invoice)
from public, anon, authenticated, service_role;
