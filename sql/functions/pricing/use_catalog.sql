-- Fits the accounts to a new version of the catalog: their plans, and those of subscriptions, must
-- still be there, their limits are the plans', and a plan that gives monthly credits now is
-- due at the next maintenance, unless a subscription pays for it.
--
-- Errors   PT409 plan_in_use
-- Locks    credits.accounts: those that change, in id order, until commit.
create or replace function credits.use_catalog(p_version integer)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan text;
begin
    select a.plan into v_plan
    from (
        select a.plan from credits.accounts as a
        union all
        select unnest(array[s.plan, s.paid_plan])
        from credits.subscriptions as s
        where not credits.is_over(s.status)
    ) as a
    where
        a.plan is not null
        and not exists (
            select from credits.plans as p where p.version = p_version and p.code = a.plan
        )
    limit 1;
    if found then
        raise exception 'plan_in_use' using
            errcode = 'PT409',
            detail = jsonb_build_object('plan', v_plan)::text,
            hint = 'Accounts are on this plan: keep it in the catalog, or change their plan first.';
    end if;

    with due as (
        select
            a.id,
            p.monthly_spend_cap,
            p.monthly_purchase_cap_cents,
            p.requests_per_minute,
            p.monthly_credits > 0
            and a.plan_subscription_id is null
            and credits.may_have_allowance(a, p) as is_renewed
        from credits.accounts as a
        inner join credits.plans as p on a.plan = p.code
        where
            p.version = p_version
            and (
                (a.monthly_spend_cap, a.monthly_purchase_cap_cents, a.requests_per_minute)
                is distinct from
                (p.monthly_spend_cap, p.monthly_purchase_cap_cents, p.requests_per_minute)
                or (a.period_end_at is not null) is distinct from (
                    p.monthly_credits > 0
                    and a.plan_subscription_id is null
                    and credits.may_have_allowance(a, p)
                )
            )
        order by a.id
        for no key update of a
    )

    update credits.accounts as a
    set
        monthly_spend_cap = due.monthly_spend_cap,
        monthly_purchase_cap_cents = due.monthly_purchase_cap_cents,
        requests_per_minute = due.requests_per_minute,
        period_anchor_at = case
            when due.is_renewed then coalesce(a.period_anchor_at, now())
            else a.period_anchor_at
        end,
        period_end_at = case
            when due.is_renewed then coalesce(a.period_end_at, now())
        end
    from due
    where a.id = due.id;
end;
$$;

comment on function credits.use_catalog(integer) is
'Fits the accounts'' plans and limits to a new version of the catalog.';

revoke all on function credits.use_catalog(integer) from public, anon, authenticated, service_role;
