-- Opens the account of a user who signs up, or who stops being anonymous.
--
-- It can never block or hang a sign-up: it waits at most a second for a lock, and any failure is a
-- warning in the log. The account's first write, or grant_initial_credits, then opens it.
create or replace function credits.on_auth_user_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '1s'
as $$
begin
    perform credits.open_personal_account(new.id);
    return null;
exception when others then
    raise warning 'pgcredits: no account for user %: % (%)', new.id, sqlerrm, sqlstate;
    return null;
end;
$$;

comment on function credits.on_auth_user_change() is
'Opens a new user''s account without ever failing the sign-up.';

revoke all on function credits.on_auth_user_change() from public, anon, authenticated, service_role;

create or replace trigger credits_on_auth_user_change
after insert or update of is_anonymous on auth.users
for each row execute function credits.on_auth_user_change();
