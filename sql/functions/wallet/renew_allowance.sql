-- Gives a locked account the allowance of the period that holds p_at, less what was granted for
-- that period already, and moves the account to that period.
--
-- Periods only move forward: an earlier time than the account's period counts as that period. Of
-- several missed periods only the current one is granted, for the others' credits would have
-- expired. An allowance expires with its period, or so many months later as the plan rolls over.
--
-- Returns  the credits granted.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.renew_allowance(
    p_account credits.accounts,
    p_plan credits.plans,
    p_at timestamptz
)
returns numeric
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_number integer := greatest(
        credits.period_number(p_account.period_anchor_at, p_at), p_account.period_number
    );
    v_start_at timestamptz := credits.period_start(p_account.period_anchor_at, v_number);
    v_due numeric;
begin
    update credits.accounts as a
    set
        period_number = v_number,
        period_end_at = credits.period_start(a.period_anchor_at, v_number + 1)
    where a.id = p_account.id;

    select p_plan.monthly_credits - coalesce(sum(g.amount), 0) into strict v_due
    from credits.grants as g
    where
        g.account_id = p_account.id
        and g.source = 'allowance'
        and g.reference = 'period:' || v_number;
    if v_due <= 0 then
        return 0::numeric;
    end if;
    perform credits.post_grant(
        p_account, 'allowance', v_due, 'system',
        'allowance:' || v_number || ':' || p_plan.code || ':' || p_plan.version,
        credits.request_hash(jsonb_build_array('allowance', v_number, p_plan.code)),
        p_expires_at => credits.period_start(
            p_account.period_anchor_at, v_number + 1 + p_plan.rollover_months
        ),
        p_reference => 'period:' || v_number,
        p_description => 'Monthly credits of the plan ' || p_plan.name || ' from '
        || to_char(v_start_at at time zone 'UTC', 'YYYY-MM-DD'),
        p_price_version => p_plan.version
    );
    return v_due;
end;
$$;

comment on function credits.renew_allowance(credits.accounts, credits.plans, timestamptz) is
'Gives a locked account the allowance of the period that holds a time, once.';

revoke all on function credits.renew_allowance(credits.accounts, credits.plans, timestamptz)
from public, anon, authenticated, service_role;
