-- Puts an account that has no plan yet on its first one, with that plan's free credits.
--
-- The first plan is the one named, else the catalog's free plan, where it has one. An anonymous
-- user has no plan, and so no free credits, until the user is a person with an address.
--
-- Returns  true when the account got its plan here.
-- Errors   22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts: one row; until commit.
create or replace function credits.start_account(p_account_id uuid, p_plan text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(p_account_id);
    if v_account.plan is not null
        or p_plan is null and not credits.has_free_plan()
        or exists (select from auth.users as u where u.id = v_account.owner_id and u.is_anonymous)
    then
        return false;
    end if;
    perform credits.assign_plan(v_account, credits.plan_in_force(coalesce(p_plan, 'free')));
    return true;
end;
$$;

comment on function credits.start_account(uuid, text) is
'Puts an account without a plan on its first one.';

revoke all on function credits.start_account(uuid, text)
from public, anon, authenticated, service_role;
