-- Takes what has expired out of a locked account's grants, one transaction a grant.
--
-- p_at     what expires until then is due; the transactions are stamped with the time of now.
-- What came back to a grant after it expired goes the same way, in a transaction of its own.
--
-- Returns  the account's row as it stands afterwards.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.expire_grants(p_account credits.accounts, p_at timestamptz)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_due record;
begin
    for v_due in
        select
            g.id,
            case
                when g.id = p_account.head_grant_id then p_account.head_remaining
                else g.remaining
            end as amount
        from credits.grants as g
        where
            g.account_id = p_account.id
            and g.expires_at <= p_at
            and (g.remaining > 0 or g.id = p_account.head_grant_id and p_account.head_remaining > 0)
        order by g.expires_at, g.id
    loop
        perform credits.post_transaction(
            credits.take_credits(p_account, v_due.id, v_due.amount),
            'expiry', -v_due.amount, 'system',
            'expiry:' || v_due.id || ':' || p_account.last_transaction_id + 1,
            credits.request_hash(jsonb_build_array('expire_grant', v_due.id)),
            p_grants => jsonb_build_object(v_due.id, v_due.amount)
        );
        select a.* into strict p_account from credits.accounts as a where a.id = p_account.id;
    end loop;

    update credits.accounts as a
    set next_expiry_at = least(
        (
            select min(g.expires_at)
            from credits.grants as g
            where
                g.account_id = a.id
                and (g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0)
        ),
        (
            select min(h.expires_at)
            from credits.holds as h
            where h.account_id = a.id and h.state = 'open'
        ),
        'infinity'
    )
    where a.id = p_account.id
    returning a.* into strict p_account;
    return p_account;
end;
$$;

comment on function credits.expire_grants(credits.accounts, timestamptz) is
'Expires the due grants of a locked account and finds when something is due next.';

revoke all on function credits.expire_grants(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;
