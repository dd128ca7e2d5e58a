-- Takes a pending gift back: its credits are available to the giver again. Again, it changes
-- nothing.
--
-- Errors   42501 not_signed_in, PT404 gift_not_found, PT409 gift_not_pending
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.cancel_gift(p_gift_id uuid)
returns public.credit_gift
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_account credits.accounts := credits.lock_account(v_user_id);
    v_gift credits.gifts := credits.gift_row(v_user_id, p_gift_id, true);
    v_hold credits.holds;
begin
    if v_gift.state <> 'cancelled' then
        perform credits.check_pending(v_gift, null);
        select h.* into strict v_hold
        from credits.holds as h
        where h.account_id = v_user_id and h.id = v_gift.hold_id;
        v_account := credits.end_hold(v_account, v_hold, null);
        perform credits.expire_due(v_account, v_account.last_transaction_at);
    end if;
    return credits.show_gift(credits.gift_row(v_user_id, p_gift_id, true), 'sent');
end;
$$;

comment on function credits.cancel_gift(uuid) is
'Takes a pending gift back.';

revoke all on function credits.cancel_gift(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.cancel_gift(uuid) to authenticated;
