-- Whether an account may have a plan's monthly credits without paying: the free plan's are one
-- account's of a person.
create or replace function credits.may_have_allowance(
    p_account credits.accounts,
    p_plan credits.plans
)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return not (p_account.is_duplicate and p_plan.code = 'free');
end;
$$;

comment on function credits.may_have_allowance(credits.accounts, credits.plans) is
'Whether an account may have a plan''s monthly credits without paying.';

revoke all on function credits.may_have_allowance(credits.accounts, credits.plans)
from public, anon, authenticated, service_role;
