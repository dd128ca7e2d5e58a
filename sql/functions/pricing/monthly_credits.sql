-- The monthly allowance of a plan.
--
-- Errors   22023 unknown_plan, PT409 no_catalog
create or replace function credits.monthly_credits(p_plan text)
returns numeric
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (credits.plan_in_force(p_plan)).monthly_credits;
end;
$$;

comment on function credits.monthly_credits(text) is
'The monthly allowance of a plan in credits.';

revoke all on function credits.monthly_credits(text) from public, anon, authenticated, service_role;
grant execute on function credits.monthly_credits(text) to service_role;
