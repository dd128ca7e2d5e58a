-- Grants a locked account what moves of a gift: a grant for each of the giver's.
--
-- p_grants  what moves: {"<the giver's grant id>": credits}.
-- Locks     none of its own: the caller has locked the accounts.
create or replace function credits.grant_gift(
    p_gift credits.gifts,
    p_recipient_id uuid,
    p_grants jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part record;
    v_transaction credits.transactions;
begin
    for v_part in
        select
            g.*,
            k.value::numeric as moved,
            floor(g.paid_cents * k.value::numeric / g.amount)::bigint as moved_cents
        from jsonb_each_text(p_grants) as k
        inner join credits.grants as g
            on g.account_id = p_gift.account_id and k.key::bigint = g.id
        order by g.priority, g.expires_at, g.id
    loop
        v_transaction := credits.post_grant(
            credits.lock_account(p_recipient_id), 'gift_received', v_part.moved, 'system',
            'gift:' || p_gift.id || ':' || v_part.id,
            credits.request_hash(jsonb_build_array('gift', p_gift.id, v_part.id)),
            p_priority => v_part.priority,
            p_expires_at => v_part.expires_at,
            p_is_paid => true,
            p_paid_cents => v_part.moved_cents,
            p_currency => v_part.currency,
            p_reference => 'gift:' || p_gift.id,
            p_description => 'Gift'
        );
        update credits.grants as g
        set origin_account_id = p_gift.account_id, origin_grant_id = v_part.id
        where g.account_id = p_recipient_id and g.id = v_transaction.id;
    end loop;
end;
$$;

comment on function credits.grant_gift(credits.gifts, uuid, jsonb) is
'Grants a locked account what moves of a gift.';

revoke all on function credits.grant_gift(credits.gifts, uuid, jsonb)
from public, anon, authenticated, service_role;
