-- The discount, in percent, that an account's plan gives on an item; 0 for none, and on plans.
create or replace function credits.plan_discount(
    p_catalog credits.catalogs,
    p_plan text,
    p_item credits.purchase_item
)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select p.discount_percent
            from credits.plans as p
            where
                p.version = p_catalog.version
                and p.code = p_plan
                and p_item.kind <> 'plan'
        ),
        0
    )
$$;

comment on function credits.plan_discount(credits.catalogs, text, credits.purchase_item) is
'The discount that an account''s plan gives on an item.';

revoke all on function credits.plan_discount(credits.catalogs, text, credits.purchase_item)
from public, anon, authenticated, service_role;
