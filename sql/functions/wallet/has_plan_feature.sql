-- Whether an account's plan has a feature, as the catalog in force lists it.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.has_plan_feature(p_feature text, p_account_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
begin
    return exists (
        select from credits.plans as p
        where
            p.version = credits.version_at(clock_timestamp())
            and p.code = v_account.plan
            and p.features ? p_feature
    );
end;
$$;

comment on function credits.has_plan_feature(text, uuid) is
'Whether an account''s plan has a feature.';

revoke all on function credits.has_plan_feature(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.has_plan_feature(text, uuid) to authenticated, service_role;
