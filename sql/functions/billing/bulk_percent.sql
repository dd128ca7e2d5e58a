-- The discount of the bulk tier that a quantity of credits reaches, in percent; 0 for none.
create or replace function credits.bulk_percent(p_version integer, p_quantity numeric)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select b.discount_percent
            from credits.bulk_tiers as b
            where b.version = p_version and b.from_credits <= p_quantity
            order by b.from_credits desc
            limit 1
        ),
        0
    )
$$;

comment on function credits.bulk_percent(integer, numeric) is
'The discount of the bulk tier that a quantity of credits reaches.';

revoke all on function credits.bulk_percent(integer, numeric)
from public, anon, authenticated, service_role;
