-- All there is to know of an account on one page: what explain_credits tells of it, and who it is.
--
-- Returns  explain_credits, and {"account": credit_admin_account, "status": credit_account_status,
--          "members", "subscription", "orders", "disputes", "audit": the latest ten}.
-- Errors   PT403 admin_only, PT404 account_not_found, 22023 account_id_required
create or replace function credits.admin_get_account(p_account_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
begin
    perform credits.acting_admin();
    if p_account_id is null then
        raise exception 'account_id_required' using
            errcode = '22023',
            hint = 'Name the account that is meant.';
    end if;
    v_account := credits.read_account(p_account_id);
    return credits.explain_account(v_account) || jsonb_build_object(
        'account', to_jsonb(credits.show_admin_account(v_account)),
        'status', to_jsonb(credits.show_account_status(v_account)),
        'subscription', credits.show_subscription(p_account_id),
        'members', (
            select coalesce(jsonb_agg(
                jsonb_build_object(
                    'user_id', m.user_id, 'email', credits.email_of_user(m.user_id),
                    'role', m.role, 'monthly_cap', m.monthly_cap
                ) order by m.created_at, m.user_id
            ), '[]')
            from credits.members as m
            where m.account_id = p_account_id
        ),
        'orders', (
            select coalesce(jsonb_agg(
                jsonb_build_object(
                    'id', o.id, 'status', o.status, 'package', o.package, 'plan', o.plan,
                    'total_cents', o.total_cents, 'currency', o.currency,
                    'created_at', o.created_at, 'paid_at', o.paid_at
                ) order by o.created_at desc, o.id
            ), '[]')
            from (
                select l.*
                from credits.orders as l
                where l.account_id = p_account_id
                order by l.created_at desc
                limit 10
            ) as o
        ),
        'disputes', (
            select coalesce(
                jsonb_agg(to_jsonb(credits.show_dispute(d)) order by d.created_at desc), '[]'
            )
            from (
                select l.*
                from credits.disputes as l
                where l.account_id = p_account_id
                order by l.created_at desc
                limit 10
            ) as d
        ),
        'audit', (
            select coalesce(jsonb_agg(to_jsonb(l) order by l.id desc), '[]')
            from credits.page_of_audit(p_account_id, null, null, null, null, null, 10) as l
        )
    );
end;
$$;

comment on function credits.admin_get_account(uuid) is
'All there is to know of an account on one page.';

revoke all on function credits.admin_get_account(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_account(uuid) to authenticated, service_role;
