-- One transaction: which grants paid or were given, by which price, and what belongs to it.
--
-- Returns  {"transaction", "sentence", "paid_by": what each grant gave or got, "price", "hold",
--          "refunds": of this charge, "refund_of", "clawback_of", "payment", "gift", "referral"};
--          what there is not, is null.
create or replace function credits.explain_transaction(p_transaction credits.transactions)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_paid_by jsonb;
    v_ended credits.holds;
    v_hold jsonb;
    v_refunds jsonb;
begin
    select coalesce(jsonb_agg(
        credits.explain_grant(g, k.value::numeric)
        order by g.priority, g.expires_at, g.is_paid, g.id
    ), '[]') into strict v_paid_by
    from jsonb_each_text(p_transaction.grants) as k
    inner join credits.grants as g
        on g.account_id = p_transaction.account_id and k.key::bigint = g.id;
    v_ended := credits.hold_of(p_transaction);
    if v_ended.id is not null then
        v_hold := credits.explain_hold(v_ended);
    end if;
    select jsonb_agg(
        jsonb_build_object('transaction_id', r.id, 'credits', r.amount) order by r.id
    ) into v_refunds
    from credits.usage_refunds as r
    where r.account_id = p_transaction.account_id and r.transaction_id = p_transaction.id;
    return jsonb_build_object(
        'transaction', to_jsonb(credits.show_transaction(p_transaction)) || jsonb_build_object(
            'scope', p_transaction.scope, 'key', p_transaction.key,
            'held_after', p_transaction.held_after
        ),
        'sentence', credits.explain_sentence(p_transaction, v_paid_by),
        'paid_by', v_paid_by,
        'price', credits.explain_price(p_transaction),
        'hold', v_hold,
        'refunds', v_refunds,
        'refund_of', (
            select r.transaction_id
            from credits.usage_refunds as r
            where r.account_id = p_transaction.account_id and r.id = p_transaction.id
        ),
        'clawback_of', case
            when p_transaction.type in ('clawback', 'reinstatement')
                then (p_transaction.metadata ->> 'grant_id')::bigint
        end
    ) || credits.explain_origin(p_transaction);
end;
$$;

comment on function credits.explain_transaction(credits.transactions) is
'One transaction: which grants paid, by which price, and what belongs to it.';

revoke all on function credits.explain_transaction(credits.transactions)
from public, anon, authenticated, service_role;
