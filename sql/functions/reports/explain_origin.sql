-- Where the credits of a transaction that the system made came from, by its reference.
--
-- Returns  {"payment", "gift", "referral"}: those that belong to it, the others null.
create or replace function credits.explain_origin(p_transaction credits.transactions)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment jsonb;
    v_gift jsonb;
    v_referral jsonb;
begin
    if p_transaction.scope = 'system' and p_transaction.type <> 'usage' then
        select jsonb_build_object(
            'provider', p.provider, 'payment_id', p.id, 'order_id', p.order_id,
            'amount_cents', p.amount_cents, 'currency', p.currency, 'paid_at', p.paid_at,
            'returned_cents', credits.returned_cents(p)
        ) into v_payment
        from credits.payments as p
        where p.account_id = p_transaction.account_id and p.id = p_transaction.reference
        limit 1;
        select jsonb_build_object(
            'gift_id', g.id, 'amount', coalesce(g.moved, g.amount), 'state', g.state,
            'direction', case
                when g.account_id = p_transaction.account_id then 'sent'
                else 'received'
            end,
            'giver_id', g.account_id, 'recipient_id', g.recipient_id,
            'created_at', g.created_at, 'ended_at', g.ended_at
        ) into v_gift
        from credits.gifts as g
        where g.id = credits.as_uuid(substring(p_transaction.reference from '^gift:(.*)$'));
        select jsonb_build_object(
            'referrer_id', r.referrer_id, 'referee_id', r.referee_id,
            'payment_id', r.payment_id, 'is_void', r.is_void,
            'claimed_at', r.claimed_at, 'rewarded_at', r.rewarded_at
        ) into v_referral
        from credits.referrals as r
        where
            r.referee_id
            = credits.as_uuid(substring(p_transaction.reference from '^referral:(.*)$'));
    end if;
    return jsonb_build_object('payment', v_payment, 'gift', v_gift, 'referral', v_referral);
end;
$$;

comment on function credits.explain_origin(credits.transactions) is
'Where the credits of a transaction that the system made came from.';

revoke all on function credits.explain_origin(credits.transactions)
from public, anon, authenticated, service_role;
