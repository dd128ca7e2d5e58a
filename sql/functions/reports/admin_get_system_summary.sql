-- The whole system in figures: accounts, credits that are owed to them, this month, what waits.
--
-- Returns  {"accounts": {status: accounts}, "credits": {"balance", "held", "available", "debt"},
--          "credits_by_source": {source: remaining, held not included}, "distribution": see
--          balance_distribution, "month": {"calls", "spent", "refunded", "active_accounts",
--          "gross_cents":
--          {currency: cents}}, "waiting": {"disputes", "acts", "stripe_events"}, "health":
--          get_health}
-- Errors   PT403 admin_only
create or replace function credits.admin_get_system_summary()
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_credits jsonb;
begin
    perform credits.acting_admin();
    select jsonb_build_object(
        'balance', coalesce(sum(a.balance), 0),
        'held', coalesce(sum(a.held), 0),
        'available', coalesce(sum(a.balance - a.held), 0),
        'debt', coalesce(sum(a.debt), 0)
    ) into strict v_credits
    from credits.accounts as a;
    return jsonb_build_object(
        'accounts', (
            select coalesce(jsonb_object_agg(s.status, s.accounts), '{}')
            from (
                select a.status, count(*) as accounts from credits.accounts as a group by a.status
            ) as s
        ),
        'credits', v_credits,
        'credits_by_source', credits.credits_by_source(),
        'distribution', credits.balance_distribution(),
        'month', credits.month_totals(credits.month_start(clock_timestamp())),
        'waiting', credits.waiting_counts(),
        'health', credits.get_health()
    );
end;
$$;

comment on function credits.admin_get_system_summary() is
'The whole system in figures.';

revoke all on function credits.admin_get_system_summary()
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_system_summary() to authenticated, service_role;
