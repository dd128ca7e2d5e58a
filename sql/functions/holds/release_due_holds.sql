-- Ends the holds of a locked account that are over, all at once: see end_hold.
--
-- Returns  the account's row as it stands afterwards.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.release_due_holds(
    p_account credits.accounts,
    p_at timestamptz
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_held numeric;
    v_grants jsonb;
begin
    with ended as (
        update credits.holds as h
        set state = 'expired', ended_at = p_account.last_transaction_at
        where h.account_id = p_account.id and h.state = 'open' and h.expires_at <= p_at
        returning h.amount, h.grants, h.gift_id
    ),

    gone as (
        update credits.gifts as g
        set state = 'expired', ended_at = p_account.last_transaction_at
        from ended as e
        where g.account_id = p_account.id and g.id = e.gift_id
    )

    select
        sum(e.amount),
        (
            select coalesce(jsonb_object_agg(s.key, s.amount), '{}')
            from (
                select k.key, sum(k.value::numeric) as amount
                from ended as a
                cross join lateral jsonb_each_text(a.grants) as k
                group by k.key
            ) as s
        )
    into strict v_held, v_grants
    from ended as e;
    if v_held is not null then
        p_account.held := trim_scale(p_account.held - v_held);
        p_account := credits.return_credits(p_account, v_grants);
        perform credits.write_ledger(p_account);
    end if;
    return p_account;
end;
$$;

comment on function credits.release_due_holds(credits.accounts, timestamptz) is
'Ends the holds of a locked account that are over.';

revoke all on function credits.release_due_holds(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;
