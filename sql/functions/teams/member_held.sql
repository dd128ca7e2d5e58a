-- What a member holds of an account at the time of its lock or reading.
create or replace function credits.member_held(p_account credits.accounts, p_user_id uuid)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(sum(h.amount), 0)
        from credits.holds as h
        where
            h.account_id = p_account.id
            and h.user_id = p_user_id
            and h.state = 'open'
            and h.expires_at > p_account.last_transaction_at
    );
end;
$$;

comment on function credits.member_held(credits.accounts, uuid) is
'What a member holds of an account.';

revoke all on function credits.member_held(credits.accounts, uuid)
from public, anon, authenticated, service_role;
