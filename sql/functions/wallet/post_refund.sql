-- Writes a refund of a charge to a locked account: back to the grants that are alive, and for those
-- that have expired a grant of the refund's own.
--
-- p_grants  what goes back to each grant that paid; p_amount in sum.
-- Returns   the refund.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.post_refund(
    p_account credits.accounts,
    p_charge credits.transactions,
    p_grants jsonb,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_reason text
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := p_account;
    v_expired numeric;
    v_alive jsonb;
    v_own jsonb := '{}'::jsonb;
    v_refund credits.transactions;
begin
    select
        coalesce(sum(r.value::numeric) filter (where g.expires_at <= v.at), 0),
        coalesce(
            jsonb_object_agg(r.key, r.value::numeric)
            filter (where coalesce(g.expires_at > v.at, true)),
            '{}'
        )
    into strict v_expired, v_alive
    from (values (p_account.last_transaction_at)) as v (at)
    cross join lateral jsonb_each_text(p_grants) as r
    inner join credits.grants as g on g.account_id = p_account.id and r.key::bigint = g.id
    group by v.at;
    v_account := credits.return_credits(v_account, v_alive);
    if v_expired > 0 then
        v_account := credits.put_grant(
            v_account, 'refund', v_expired, 100,
            v_account.last_transaction_at
            + make_interval(days => credits.refund_days(v_account.last_transaction_at)),
            false, null, null, p_charge.reference
        );
        v_own := jsonb_build_object(v_account.last_transaction_id + 1, v_expired);
    end if;
    if p_charge.created_at >= credits.month_start(v_account.last_transaction_at) then
        v_account.month_spent := v_account.month_spent - p_amount;
        perform credits.count_member_spend(v_account, p_charge.user_id, -p_amount);
    end if;
    v_refund := credits.post_transaction(
        v_account, 'refund', p_amount, p_scope, p_key, p_request,
        p_grants => v_alive || v_own,
        p_user_id => p_charge.user_id,
        p_service => p_charge.service,
        p_reference => p_charge.reference,
        p_description => p_reason,
        p_metadata => jsonb_build_object('transaction_id', p_charge.id)
    );
    insert into credits.usage_refunds (account_id, id, transaction_id, amount, grants)
    values (p_account.id, v_refund.id, p_charge.id, p_amount, p_grants);
    if p_account.debt > 0 then
        perform credits.repay_debt(p_account.id);
    end if;
    return v_refund;
end;
$$;

comment on function credits.post_refund(
    credits.accounts, credits.transactions, jsonb, numeric, text, text, bytea, text
) is
'Writes a refund of a charge to a locked account.';

revoke all on function credits.post_refund(
    credits.accounts, credits.transactions, jsonb, numeric, text, text, bytea, text
) from public, anon, authenticated, service_role;
