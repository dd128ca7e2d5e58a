-- Why an account's balance is what it is.
--
-- Returns  {"account", "sentence", "totals": {type: credits}, "grants": what is open, in burn-down
--          order, "holds": what is open, "caps", "next_expiry_at", "transactions": the last ten}
create or replace function credits.explain_account(p_account credits.accounts)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_totals jsonb;
    v_grants jsonb;
    v_holds jsonb;
    v_last jsonb;
begin
    select coalesce(jsonb_object_agg(t.type, t.amount), '{}') into strict v_totals
    from (
        select t.type, sum(t.amount) as amount
        from credits.transactions as t
        where t.account_id = p_account.id
        group by t.type
    ) as t;
    select coalesce(
        jsonb_agg(
            credits.explain_grant(g, o.remaining)
            order by g.priority, g.expires_at, g.is_paid, g.id
        ),
        '[]'
    ) into strict v_grants
    from credits.open_grants(p_account) as o
    inner join credits.grants as g on g.account_id = p_account.id and o.id = g.id
    where coalesce(g.expires_at > p_account.last_transaction_at, true);
    select coalesce(jsonb_agg(credits.explain_hold(h) order by h.created_at), '[]')
    into strict v_holds
    from credits.holds as h
    where
        h.account_id = p_account.id
        and h.state = 'open'
        and h.expires_at > p_account.last_transaction_at;
    select coalesce(jsonb_agg(credits.show_transaction(t) order by t.id desc), '[]')
    into strict v_last
    from (
        select t.*
        from credits.transactions as t
        where t.account_id = p_account.id
        order by t.id desc
        limit 10
    ) as t;
    return jsonb_build_object(
        'account', to_jsonb(credits.show_account(p_account.id, null)) - 'role',
        'sentence', format(
            '%s credits: %s available and %s held; %s came in and %s went out, in %s '
            'transaction%s%s%s.',
            p_account.balance, p_account.balance - p_account.held, p_account.held,
            (select coalesce(sum(v.value::numeric), 0) from jsonb_each_text(v_totals) as v
            where v.value::numeric > 0),
            (select coalesce(-sum(v.value::numeric), 0) from jsonb_each_text(v_totals) as v
            where v.value::numeric < 0),
            p_account.last_transaction_id,
            case when p_account.last_transaction_id = 1 then '' else 's' end,
            case
                when p_account.next_expiry_at <= p_account.last_transaction_at
                    then '; what is over is left out, and not taken out of the history yet'
                else ''
            end,
            case when p_account.debt > 0 then '; ' || p_account.debt || ' are owed' else '' end
        ),
        'totals', v_totals,
        'grants', v_grants,
        'holds', v_holds,
        'caps', credits.show_caps(p_account),
        'next_expiry_at', case
            when isfinite(p_account.next_expiry_at) then p_account.next_expiry_at
        end,
        'transactions', v_last
    );
end;
$$;

comment on function credits.explain_account(credits.accounts) is
'Why an account''s balance is what it is.';

revoke all on function credits.explain_account(credits.accounts)
from public, anon, authenticated, service_role;
