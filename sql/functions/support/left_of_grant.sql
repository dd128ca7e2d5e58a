-- What is left of a grant of an account, and not held.
--
-- Errors   PT404 grant_not_found
create or replace function credits.left_of_grant(p_account credits.accounts, p_grant_id bigint)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric;
begin
    select case when g.id = p_account.head_grant_id then p_account.head_remaining else 0 end
        + case when g.id = p_account.head_grant_id and p_account.head_remaining > 0 then 0
            else g.remaining end
    into v_left
    from credits.grants as g
    where g.account_id = p_account.id and g.id = p_grant_id;
    if not found then
        raise exception 'grant_not_found' using
            errcode = 'PT404',
            hint = 'This account has no grant of this id.';
    end if;
    return v_left;
end;
$$;

comment on function credits.left_of_grant(credits.accounts, bigint) is
'What is left of a grant and not held, or PT404.';

revoke all on function credits.left_of_grant(credits.accounts, bigint)
from public, anon, authenticated, service_role;
