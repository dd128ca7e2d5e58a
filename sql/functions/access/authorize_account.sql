-- Proves that the caller may act on an account, and says which account is meant: a signed-in user
-- by authorize_user, the back end any account, which it must name.
--
-- Errors   42501 not_signed_in, user_unknown, PT404 account_not_found, 22023 account_id_required
create or replace function credits.authorize_account(p_account_id uuid, p_right text)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
begin
    if v_user_id is not null then
        return credits.authorize_user(v_user_id, p_account_id, p_right);
    elsif p_account_id is null then
        raise exception 'account_id_required' using
            errcode = '22023',
            hint = 'The back end acts for many accounts: name the one that is meant.';
    end if;
    return p_account_id;
end;
$$;

comment on function credits.authorize_account(uuid, text) is
'The account that the caller means and may act on with the right, or an error.';

revoke all on function credits.authorize_account(uuid, text)
from public, anon, authenticated, service_role;
