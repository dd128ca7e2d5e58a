-- Grants the allowance of a paid period of a plan, as far as it is not over at p_at: all of it for
-- a month, the running month of it for a longer one, whose next months come by
-- renew_subscriptions.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.grant_period(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_at timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan credits.plans := credits.plan_in_force(p_invoice.plan);
    v_anchor_at timestamptz;
    v_month integer;
    v_start_at timestamptz := p_invoice.period_start_at;
    v_end_at timestamptz := p_invoice.period_end_at;
begin
    if v_end_at <= p_at then
        return;
    end if;
    select s.paid_start_at into strict v_anchor_at
    from credits.subscriptions as s
    where
        s.account_id = p_account_id and s.provider = p_provider
        and s.id = p_invoice.subscription_id;
    if v_end_at > v_anchor_at + interval '32 days' then
        v_month := credits.period_number(v_anchor_at, greatest(p_at, v_start_at));
        v_start_at := credits.period_start(v_anchor_at, v_month);
        v_end_at := least(v_end_at, credits.period_start(v_anchor_at, v_month + 1));
        p_invoice.shares := credits.month_shares(
            p_invoice.shares, v_start_at, p_invoice.period_start_at, v_end_at
        );
    end if;
    update credits.subscriptions as s
    set next_allowance_at = case when v_end_at < s.paid_until_at then v_end_at end
    where
        s.account_id = p_account_id and s.provider = p_provider
        and s.id = p_invoice.subscription_id
        and s.paid_until_at = p_invoice.period_end_at;
    perform credits.grant_allowance(
        p_account_id, p_provider, p_invoice, v_plan, v_start_at, v_end_at
    );
end;
$$;

comment on function credits.grant_period(uuid, text, credits.paid_invoice, timestamptz) is
'Grants the allowance of a paid period of a plan.';

revoke all on function credits.grant_period(uuid, text, credits.paid_invoice, timestamptz)
from public, anon, authenticated, service_role;
