-- Takes an accepted gift out of the giver's locked account. Parts of grants that have expired, or
-- do so within a second, go back to them first, and expire.
--
-- Returns  what moves, by the giver's grants: {"<grant id>": credits}.
-- Errors   PT409 gift_not_pending
-- Locks    none of its own: the caller has locked the accounts.
create or replace function credits.give_gift(p_gift credits.gifts)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_giver credits.accounts := credits.lock_account(p_gift.account_id);
    v_hold credits.holds;
    v_alive jsonb;
    v_moved numeric;
    v_transaction credits.transactions;
begin
    -- Under this lock: an earlier one may have seen it pending a moment before its end.
    select g.* into strict p_gift
    from credits.gifts as g
    where g.account_id = p_gift.account_id and g.id = p_gift.id;
    perform credits.check_pending(p_gift, v_giver);
    select h.* into strict v_hold
    from credits.holds as h
    where h.account_id = p_gift.account_id and h.id = p_gift.hold_id;
    select jsonb_object_agg(k.key, k.value::numeric), sum(k.value::numeric)
    into v_alive, v_moved
    from jsonb_each_text(v_hold.grants) as k
    inner join credits.grants as g
        on g.account_id = p_gift.account_id and k.key::bigint = g.id
    where coalesce(g.expires_at > v_giver.last_transaction_at + interval '1 second', true);
    if v_moved is null then
        p_gift.state := 'expired';
        perform credits.check_pending(p_gift, v_giver);
    elsif v_moved < v_hold.amount then
        v_giver.held := trim_scale(v_giver.held - v_hold.amount + v_moved);
        v_giver := credits.return_credits(
            v_giver, credits.sum_grants(v_hold.grants, v_alive, -1)
        );
        perform credits.write_ledger(v_giver);
        v_giver := credits.expire_due(v_giver, v_giver.last_transaction_at);
    end if;

    v_giver.held := trim_scale(v_giver.held - v_moved);
    v_transaction := credits.post_transaction(
        v_giver, 'gift_sent', -v_moved, 'system', 'gift:' || p_gift.id,
        credits.request_hash(jsonb_build_array('gift', p_gift.id)),
        p_grants => v_alive,
        p_user_id => v_hold.user_id,
        p_reference => 'gift:' || p_gift.id,
        p_description => 'Gift'
    );
    update credits.holds as h
    set
        state = 'captured',
        transaction_id = v_transaction.id,
        ended_at = v_transaction.created_at
    where h.account_id = v_hold.account_id and h.id = v_hold.id and h.state = 'open'
    returning h.id into strict v_hold.id;
    update credits.gifts as g
    set state = 'accepted', moved = v_moved, ended_at = v_transaction.created_at
    where g.account_id = p_gift.account_id and g.id = p_gift.id;
    return v_alive;
end;
$$;

comment on function credits.give_gift(credits.gifts) is
'Takes an accepted gift out of the giver''s locked account.';

revoke all on function credits.give_gift(credits.gifts)
from public, anon, authenticated, service_role;
