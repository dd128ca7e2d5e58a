-- The lines of a quote up to what an account's plan takes off: the item, the discount for its
-- quantity, and the plan's on what is left.
create or replace function credits.price_lines(
    p_catalog credits.catalogs,
    p_item credits.purchase_item,
    p_plan text
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_percent numeric := credits.plan_discount(p_catalog, p_plan, p_item);
begin
    return credits.add_discount(
        credits.add_discount(
            credits.add_line('[]', p_item.kind, p_item.label, p_item.price_cents),
            'bulk_discount', format('%s %% for the quantity', p_item.bulk_percent),
            p_item.bulk_percent
        ),
        'plan_discount', format('%s %% with the plan %s', v_percent, p_plan),
        v_percent
    );
end;
$$;

comment on function credits.price_lines(credits.catalogs, credits.purchase_item, text) is
'The lines of a quote up to what an account''s plan takes off.';

revoke all on function credits.price_lines(credits.catalogs, credits.purchase_item, text)
from public, anon, authenticated, service_role;
