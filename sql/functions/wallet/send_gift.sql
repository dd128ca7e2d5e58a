-- Gives bought credits to somebody by e-mail, once per key: they are held until the other accepts,
-- for 30 days at most. Credits that were free or received are not given.
--
-- Units    p_amount: credits
-- Errors   42501 not_signed_in, 22023 invalid_amount, invalid_email, gift_to_self,
--          message_too_long, invalid_key, PT403 account_paused, account_closed, PT402
--          insufficient_credits, PT409 idempotency_key_reused, too_many_gifts
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.send_gift(
    p_recipient_email text,
    p_amount numeric,
    p_key text,
    p_message text
)
returns public.credit_gift
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_account credits.accounts;
    v_hold credits.holds;
    v_placed credits.holds;
    v_gift credits.gifts;
begin
    v_hold.amount := credits.check_amount(p_amount);
    v_gift.recipient_email := credits.check_gift(v_user_id, p_recipient_email, p_message);
    v_hold.key := credits.check_texts(p_key, null, null, null, null);
    v_hold.scope := v_user_id::text;
    v_hold.user_id := v_user_id;
    v_hold.request := credits.request_hash(jsonb_build_array(
        'gift', v_gift.recipient_email, v_hold.amount, p_message
    ));
    v_account := credits.lock_account(v_user_id);
    v_placed := credits.find_hold(v_account, v_hold.scope, v_hold.key, v_hold.request);
    if v_placed.id is null then
        perform credits.check_active(v_account);
        v_gift := credits.place_gift(v_account, v_hold, v_gift.recipient_email, p_message);
    else
        v_gift := credits.gift_row(v_user_id, v_placed.gift_id, true);
    end if;
    return credits.show_gift(v_gift, 'sent');
end;
$$;

comment on function credits.send_gift(text, numeric, text, text) is
'Gives bought credits to somebody by e-mail, once per key.';

revoke all on function credits.send_gift(text, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.send_gift(text, numeric, text, text) to authenticated;
