-- The open order by which a user holds a use of a promotion for the same purchase: who tries to pay
-- again, at the same lines of a quote, is given it again, and it does not stand in its own way.
--
-- Returns  all null when there is none, or when the time to pay it is nearly over.
create or replace function credits.repeatable_order(
    p_account_id uuid,
    p_user_id uuid,
    p_code text,
    p_package text,
    p_credits numeric,
    p_lines jsonb
)
returns credits.orders
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(statement_timestamp());
    v_order credits.orders;
begin
    select o.* into v_order
    from credits.redemptions as r
    inner join credits.orders as o on r.account_id = o.account_id and r.order_id = o.id
    where
        r.account_id = p_account_id
        and r.code = p_code
        and r.lapses_at > statement_timestamp() + interval '90 minutes'
        and o.status = 'open'
        and o.user_id = p_user_id
        and o.price_version = v_version
        and o.package is not distinct from p_package
        and o.credits = p_credits
        and o.quote -> 'lines' = p_lines
    order by o.created_at desc
    limit 1;
    return v_order;
end;
$$;

comment on function credits.repeatable_order(uuid, uuid, text, text, numeric, jsonb) is
'The open order by which a user holds a promotion for the same purchase.';

revoke all on function credits.repeatable_order(uuid, uuid, text, text, numeric, jsonb)
from public, anon, authenticated, service_role;
