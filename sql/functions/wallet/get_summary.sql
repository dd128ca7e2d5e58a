-- An account in one object: balance, open credits by source, this month's usage by service, caps.
-- Who may not see the whole history gets the own usage, and null for the grants.
--
-- Returns  {"balance": credit_balance, "grants": {"<source>": credits},
--          "usage": {"since": time, "credits": total, "services": {"<service>": credits}},
--          "caps": {"monthly_spend_cap", "spent", "resets_at"},
--          "subscription": see show_subscription}
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required
create or replace function credits.get_summary(p_account_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_month timestamptz
        := credits.month_start(v_account.last_transaction_at);
    v_only_user_id uuid := credits.only_own_user_id(v_account.id);
    v_balance public.credit_balance := credits.get_balance(v_account.id);
    v_grants jsonb;
    v_services jsonb;
    v_spent numeric;
begin
    select coalesce(jsonb_object_agg(s.source, s.remaining), '{}') into strict v_grants
    from (
        select g.source, sum(g.remaining) as remaining
        from credits.open_grants(v_account) as g
        where g.expires_at is null or g.expires_at > clock_timestamp()
        group by g.source
    ) as s;

    select
        coalesce(jsonb_object_agg(s.service, s.spent), '{}'),
        coalesce(sum(s.spent), 0)
    into strict v_services, v_spent
    from (
        select coalesce(t.service, '') as service, -sum(t.amount) as spent
        from credits.transactions as t
        where
            t.account_id = v_account.id
            and t.type = 'usage'
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and t.id > coalesce((
                select l.id
                from credits.transactions as l
                where l.account_id = v_account.id and l.created_at < v_month
                order by l.id desc
                limit 1
            ), 0)
        group by coalesce(t.service, '')
    ) as s;

    return jsonb_build_object(
        'balance', to_jsonb(v_balance),
        'grants', case when v_only_user_id is null then v_grants end,
        'usage', jsonb_build_object(
            'since', v_month, 'credits', v_spent, 'services', v_services
        ),
        'caps', credits.show_caps(v_account) - case
            when v_only_user_id is null then '{}'
            else array['paid_cents', 'open_cents', 'monthly_purchase_cap_cents']
        end,
        'subscription', v_balance.subscription
    );
end;
$$;

comment on function credits.get_summary(uuid) is
'An account''s balance, grants, usage of the month and caps in one object.';

revoke all on function credits.get_summary(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_summary(uuid) to authenticated, service_role;
