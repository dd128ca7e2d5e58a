-- The lines of an invoice that bill a subscription, with the plan whose price they name: null for a
-- price that is not ours.
--
-- Units    amount_cents: minor units, before discounts, below 0 for what is given back.
--          price_cents: of a whole period.
-- Returns  is_prorated: for a part of a period.
create or replace function credits.plan_lines(p_invoice jsonb)
returns table (
    plan text,
    price_cents bigint,
    amount_cents bigint,
    is_prorated boolean,
    period_start_at timestamptz,
    period_end_at timestamptz,
    problem text
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with lines as (
        select
            l.item,
            coalesce(
                l.item #>> '{pricing,price_details,price}',
                l.item #>> '{price,id}'
            ) as price_id,
            coalesce(
                l.item #>> '{parent,subscription_item_details,proration}',
                l.item #>> '{parent,invoice_item_details,proration}',
                l.item ->> 'proration',
                'false'
            )::boolean as is_prorated,
            (l.item ->> 'amount')::bigint as amount_cents,
            credits.stripe_time(l.item #> '{period,start}') as period_start_at,
            credits.stripe_time(l.item #> '{period,end}') as period_end_at
        from jsonb_array_elements(p_invoice #> '{lines,data}') as l (item)
        where
            l.item #>> '{parent,subscription_item_details,subscription_item}' is not null
            or l.item #>> '{parent,invoice_item_details,subscription}' is not null
            or l.item ->> 'subscription_item' is not null
    )

    select
        p.code::text, p.amount_cents, l.amount_cents, l.is_prorated, l.period_start_at,
        l.period_end_at,
        case
            when not coalesce(l.period_end_at > l.period_start_at, false) then 'no period'
            when (l.item ->> 'quantity')::numeric <> 1 then 'quantity is not 1'
            when l.item ->> 'currency' <> p.currency then 'currency differs'
            when not l.is_prorated and l.amount_cents <> p.amount_cents
                then 'amount differs from the price'
        end
    from lines as l
    left join credits.provider_prices as p
        on l.price_id = p.price_id and p.provider = 'stripe' and p.kind = 'plan'
$$;

comment on function credits.plan_lines(jsonb) is
'The lines of an invoice that bill a subscription, with their plans.';

revoke all on function credits.plan_lines(jsonb) from public, anon, authenticated, service_role;
