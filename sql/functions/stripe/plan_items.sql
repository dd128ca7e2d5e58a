-- The items of a subscription whose prices are those of our plans.
create or replace function credits.plan_items(p_subscription jsonb)
returns table (item jsonb, plan text)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select i.item, p.code::text
    from jsonb_array_elements(p_subscription #> '{items,data}') as i (item)
    inner join credits.provider_prices as p
        on i.item #>> '{price,id}' = p.price_id
        and p.provider = 'stripe'
        and p.kind = 'plan'
$$;

comment on function credits.plan_items(jsonb) is
'The items of a subscription whose prices are those of our plans.';

revoke all on function credits.plan_items(jsonb) from public, anon, authenticated, service_role;
