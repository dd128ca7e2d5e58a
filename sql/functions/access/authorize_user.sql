-- Proves that a user may act on an account, and says which account is meant.
--
-- No account id means the personal account, whose id is the user's. Another account needs a
-- membership with the right. A foreign account and an absent one get the same answer.
--
-- p_user_id  proved by acting_user_id or check_user.
-- p_right    read (viewer and up), spend (member and up), manage (admin and up)
-- Errors     PT404 account_not_found
create or replace function credits.authorize_user(
    p_user_id uuid,
    p_account_id uuid,
    p_right text
)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account_id is null or p_account_id = p_user_id then
        return p_user_id;
    elsif exists (
        select from credits.members as m
        where
            m.account_id = p_account_id
            and m.user_id = p_user_id
            and m.role = any(credits.roles_with_right(p_right))
    ) then
        return p_account_id;
    end if;
    raise exception 'account_not_found' using
        errcode = 'PT404',
        hint = 'There is no account of this id that you may use.';
end;
$$;

comment on function credits.authorize_user(uuid, uuid, text) is
'The account that a user means and may act on with the right, or an error.';

revoke all on function credits.authorize_user(uuid, uuid, text)
from public, anon, authenticated, service_role;
