-- Places a gift of a locked account: a hold of bought credits, and word to the recipient, once a
-- day at most. An account has 100 pending ones at most, and sends 200 a day.
--
-- p_hold   its amount, user, key and request.
-- Errors   PT402 insufficient_credits, PT409 too_many_gifts
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.place_gift(
    p_account credits.accounts,
    p_hold credits.holds,
    p_recipient_email text,
    p_message text
)
returns credits.gifts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part record;
    v_gift credits.gifts;
begin
    perform credits.check_gifts_sent(p_account);
    p_hold.grants := credits.gift_grants(p_account, p_hold.amount);
    for v_part in
        select k.key::bigint as grant_id, k.value::numeric as amount
        from jsonb_each_text(p_hold.grants) as k
    loop
        p_account := credits.take_credits(p_account, v_part.grant_id, v_part.amount);
    end loop;
    p_hold.gift_id := gen_random_uuid();
    p_hold.expires_at := p_account.last_transaction_at + interval '30 days';
    p_hold := credits.place_hold(p_account, p_hold);
    insert into credits.gifts (
        account_id, id, hold_id, recipient_email, amount, message, created_at, expires_at
    )
    values (
        p_account.id, p_hold.gift_id, p_hold.id, p_recipient_email, p_hold.amount,
        nullif(p_message, ''), p_hold.created_at, p_hold.expires_at
    )
    returning * into strict v_gift;
    perform credits.put_notice(
        p_account.id, 'gift',
        concat_ws(
            ':', p_account.id, p_recipient_email, (v_gift.created_at at time zone 'UTC')::date
        ),
        jsonb_build_object(
            'gift_id', v_gift.id, 'email', p_recipient_email, 'amount', v_gift.amount,
            'message', v_gift.message, 'expires_at', v_gift.expires_at
        )
    );
    return v_gift;
end;
$$;

comment on function credits.place_gift(credits.accounts, credits.holds, text, text) is
'Places a gift of a locked account.';

revoke all on function credits.place_gift(credits.accounts, credits.holds, text, text)
from public, anon, authenticated, service_role;
