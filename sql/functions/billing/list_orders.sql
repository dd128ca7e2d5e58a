-- An account's orders with their receipts, the latest first. Members and viewers see the own ones.
--
-- p_before  the id of the last order seen; null for the first page.
-- Units     total_cents, refunded_cents (what went back, by chargebacks too): minor units of
--           currency.
-- Returns   receipt: the quote that was agreed to. status: open, paid, completed (a plan's
--           checkout), expired or failed.
-- Errors    42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--           invalid_page_size
create or replace function credits.list_orders(
    p_account_id uuid,
    p_before uuid,
    p_page_size integer
)
returns setof public.credit_order
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
begin
    perform credits.check_page_size(p_page_size);
    perform credits.read_account(v_account_id);
    return query
    select
        o.id, o.account_id, o.user_id, o.status, o.package, o.plan, o.credits, o.bonus_credits,
        o.total_cents, o.currency, coalesce(credits.returned_cents(p), 0), o.is_topup, o.quote,
        o.promotion_code, o.created_at, o.paid_at
    from credits.orders as o
    left join credits.payments as p on o.account_id = p.account_id and o.id = p.order_id
    where
        o.account_id = v_account_id
        and (v_only_user_id is null or o.user_id = v_only_user_id)
        and (
            p_before is null
            or (o.created_at, o.id) < (
                select b.created_at, b.id
                from credits.orders as b
                where b.account_id = v_account_id and b.id = p_before
            )
        )
    order by o.created_at desc, o.id desc
    limit p_page_size;
end;
$$;

comment on function credits.list_orders(uuid, uuid, integer) is
'An account''s orders with their receipts.';

revoke all on function credits.list_orders(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.list_orders(uuid, uuid, integer) to authenticated, service_role;
