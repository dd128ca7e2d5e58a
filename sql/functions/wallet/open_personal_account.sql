-- Opens a user's personal account, if it is missing, and starts it on the first plan.
--
-- Idempotent, also when many sessions open the same account at once.
--
-- p_plan   the first plan, instead of the catalog's free one.
-- Errors   PT404 account_not_found: there is no such user; 22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts: the row; until commit.
create or replace function credits.open_personal_account(p_user_id uuid, p_plan text default null)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.share_catalog();
    if not exists (
        select from auth.users as u
        where u.id = p_user_id and u.deleted_at is null
    ) then
        raise exception 'account_not_found' using
            errcode = 'PT404',
            hint = 'There is no account of this id that you may use.';
    end if;
    insert into credits.accounts (id, kind, owner_id)
    values (p_user_id, 'personal', p_user_id)
    on conflict (id) do nothing;
    perform credits.start_account(p_user_id, p_plan);
end;
$$;

comment on function credits.open_personal_account(uuid, text) is
'Opens a user''s personal account, if it is missing, on the first plan.';

revoke all on function credits.open_personal_account(uuid, text)
from public, anon, authenticated, service_role;
