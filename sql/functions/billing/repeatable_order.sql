-- The open order by which a user holds a use of a promotion, or a part of the account's purchase
-- cap, for the same purchase: who tries to pay again, at the same lines of a quote, is given it
-- again, and it does not stand in its own way.
--
-- p_code   of the promotion, or null.
-- Returns  all null when there is none, or when the time to pay it is nearly over.
drop function if exists credits.repeatable_order(uuid, uuid, text, text, numeric, jsonb);
create or replace function credits.repeatable_order(
    p_account credits.accounts,
    p_user_id uuid,
    p_code text,
    p_package text,
    p_plan text,
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
    if p_code is null and p_account.monthly_purchase_cap_cents is null then
        return null;
    end if;
    select o.* into v_order
    from credits.orders as o
    left join credits.redemptions as r on o.account_id = r.account_id and o.id = r.order_id
    where
        o.account_id = p_account.id
        and o.promotion_code is not distinct from p_code
        and (p_code is null or r.lapses_at is not null)
        and o.created_at > statement_timestamp() - interval '22 hours 30 minutes'
        and o.status = 'open'
        and o.plan is not distinct from p_plan
        and not o.is_topup
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

comment on function credits.repeatable_order(
    credits.accounts, uuid, text, text, text, numeric, jsonb
) is
'The open order by which a user holds room for the same purchase.';

revoke all on function credits.repeatable_order(
    credits.accounts, uuid, text, text, text, numeric, jsonb
) from public, anon, authenticated, service_role;
