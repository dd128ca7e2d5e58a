-- What is bought: a pack, a plan's first period, or a quantity of credits, before any discount.
--
-- Units    price_cents: minor units of the catalog's currency, null for a plan that is not sold.
--          bulk_percent: the discount for the quantity.
-- Errors   22023 invalid_purchase (not exactly one of the three), unknown_package, unknown_plan,
--          invalid_quantity (out of the catalog's bounds, or less than a cent)
create or replace function credits.purchase_item(
    p_catalog credits.catalogs,
    p_package text,
    p_plan text,
    p_quantity numeric
)
returns credits.purchase_item
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan credits.plans;
    v_item credits.purchase_item;
begin
    if num_nonnulls(p_package, p_plan, p_quantity) <> 1 then
        raise exception 'invalid_purchase' using
            errcode = '22023',
            hint = 'Name exactly one: a package, a plan, or a quantity of credits.';
    elsif p_plan is not null then
        v_plan := credits.plan_in_force(p_plan);
        return (
            'plan', v_plan.code, v_plan.name, v_plan.monthly_credits, 0,
            case when not v_plan.contact_only then v_plan.price_cents end, 0
        )::credits.purchase_item;
    elsif p_quantity is not null then
        if credits.check_quantity(p_quantity)
            between p_catalog.custom_minimum and p_catalog.custom_maximum
        then
            v_item := credits.quantity_item(p_catalog, trim_scale(p_quantity));
            if v_item.price_cents > 0 then
                return v_item;
            end if;
        end if;
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object(
                'minimum', p_catalog.custom_minimum, 'maximum', p_catalog.custom_maximum
            )::text,
            hint = 'Buy a quantity within these bounds; without bounds only packs are sold.';
    end if;

    select 'package', p.code, p.name, p.credits, p.bonus_credits, p.price_cents, 0
    into v_item
    from credits.packages as p
    where p.version = p_catalog.version and p.code = p_package;
    if not found then
        raise exception 'unknown_package' using
            errcode = '22023',
            detail = jsonb_build_object('package', p_package)::text,
            hint = 'list_credit_packages() lists the packs.';
    end if;
    return v_item;
end;
$$;

comment on function credits.purchase_item(credits.catalogs, text, text, numeric) is
'What is bought, before any discount.';

revoke all on function credits.purchase_item(credits.catalogs, text, text, numeric)
from public, anon, authenticated, service_role;
