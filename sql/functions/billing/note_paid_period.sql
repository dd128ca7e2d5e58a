-- Notes on a subscription of a locked account which period is paid last: of the invoices that pay
-- for a whole one, the one that begins last, and with it what was paid for changes until its end.
-- The plan is the dearest one paid for then.
create or replace function credits.note_paid_period(
    p_account_id uuid,
    p_provider text,
    p_subscription_id text
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text := (
        credits.subscription_row(p_account_id, p_provider, p_subscription_id)
    ).id;
begin
    with paid as (
        select p.*
        from credits.payments as p
        where
            p.account_id = p_account_id and p.provider = p_provider
            and p.subscription_id = v_id and p.plan is not null
    ),

    latest as (
        select p.period_end_at
        from paid as p
        order by
            p.is_prorated,
            case when p.is_prorated then p.period_end_at else p.period_start_at end desc
        limit 1
    )

    update credits.subscriptions as s
    set paid_plan = d.plan, paid_start_at = d.start_at, paid_until_at = d.period_end_at
    from (
        select distinct on (p.period_end_at)
            p.plan,
            p.period_end_at,
            min(p.period_start_at) over (partition by p.period_end_at) as start_at
        from paid as p
        inner join latest as l on p.period_end_at = l.period_end_at
        order by
            p.period_end_at,
            (credits.plan_in_force(p.plan)).price_cents desc nulls last,
            p.plan
    ) as d
    where s.account_id = p_account_id and s.provider = p_provider and s.id = v_id;
end;
$$;

comment on function credits.note_paid_period(uuid, text, text) is
'Notes on a subscription which period is paid last.';

revoke all on function credits.note_paid_period(uuid, text, text)
from public, anon, authenticated, service_role;
