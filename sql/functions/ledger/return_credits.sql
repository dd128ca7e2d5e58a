-- Gives credits back to grants of a locked account; write_ledger or post_transaction must follow.
--
-- A grant that is open again and sorts before the head becomes the head. One that has expired is
-- due at once: lock_account takes its credits then.
--
-- p_grants  how much each grant gets: {"<grant id>": credits}.
-- Returns   the account with its head and next expiry, to be passed on.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.return_credits(
    p_account credits.accounts,
    p_grants jsonb
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_head_open boolean := p_account.head_remaining > 0;
    v_first record;
begin
    p_account.head_remaining := trim_scale(
        p_account.head_remaining
        + coalesce((p_grants ->> p_account.head_grant_id::text)::numeric, 0)
    );
    p_grants := p_grants - p_account.head_grant_id::text;
    if p_grants = '{}' and v_is_head_open then
        return p_account;
    end if;

    update credits.grants as g
    set remaining = trim_scale(g.remaining + r.value::numeric)
    from jsonb_each_text(p_grants) as r
    where g.account_id = p_account.id and g.id = r.key::bigint;
    p_account.next_expiry_at := least(p_account.next_expiry_at, (
        select min(o.expires_at) from credits.open_grants(p_account) as o
    ));
    select g.id, g.remaining into v_first
    from credits.grants as g
    left join credits.grants as head
        on head.account_id = p_account.id and head.id = p_account.head_grant_id
    where
        g.account_id = p_account.id
        and g.remaining > 0
        and (g.priority, coalesce(g.expires_at, 'infinity'), g.is_paid, g.id)
        < (head.priority, coalesce(head.expires_at, 'infinity'), head.is_paid, head.id)
    order by g.priority, g.expires_at, g.is_paid, g.id
    limit 1;
    if found and p_account.head_remaining > 0 then
        update credits.grants as g
        set remaining = case when g.id = v_first.id then 0 else p_account.head_remaining end
        where g.account_id = p_account.id and g.id in (v_first.id, p_account.head_grant_id);
        p_account.head_grant_id := v_first.id;
        p_account.head_remaining := v_first.remaining;
    end if;
    return p_account;
end;
$$;

comment on function credits.return_credits(credits.accounts, jsonb) is
'Gives credits back to grants of a locked account.';

revoke all on function credits.return_credits(credits.accounts, jsonb)
from public, anon, authenticated, service_role;
