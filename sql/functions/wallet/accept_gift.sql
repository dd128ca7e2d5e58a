-- Accepts a gift: what was held at the giver becomes grants of the caller's, each with the expiry,
-- the order and the cost it had, and the grant it was bought with. What has expired meanwhile does
-- not move. Again, it changes nothing.
--
-- Errors   42501 not_signed_in, PT404 gift_not_found, PT409 gift_not_pending, PT403 account_closed
-- Locks    credits.accounts: the giver's row and the caller's, in id order, until commit.
create or replace function credits.accept_gift(p_gift_id uuid)
returns public.credit_gift
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_gift credits.gifts := credits.gift_row(v_user_id, p_gift_id, false);
begin
    perform credits.lock_accounts(array[v_user_id, v_gift.account_id]);
    v_gift := credits.gift_row(v_user_id, p_gift_id, false);
    if v_gift.state <> 'accepted' then
        if (credits.lock_account(v_user_id)).status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account takes no credits.';
        end if;
        perform credits.grant_gift(v_gift, v_user_id, credits.give_gift(v_gift));
        update credits.gifts as g
        set recipient_id = v_user_id
        where g.account_id = v_gift.account_id and g.id = v_gift.id;
    end if;
    return credits.show_gift(credits.gift_row(v_user_id, p_gift_id, false), 'received');
end;
$$;

comment on function credits.accept_gift(uuid) is
'Accepts a gift.';

revoke all on function credits.accept_gift(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.accept_gift(uuid) to authenticated;
