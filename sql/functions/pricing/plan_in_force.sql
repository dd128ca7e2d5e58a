-- A plan as the catalog in force has it: by the clock, for the statement may have begun before the
-- catalog for which share_catalog has waited.
--
-- Errors   22023 unknown_plan, PT409 no_catalog
create or replace function credits.plan_in_force(p_code text)
returns credits.plans
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(clock_timestamp());
    v_plan credits.plans;
begin
    select p.* into v_plan
    from credits.plans as p
    where p.version = v_version and p.code = p_code;
    if not found then
        raise exception 'unknown_plan' using
            errcode = '22023',
            detail = jsonb_build_object('plan', p_code)::text,
            hint = 'list_credit_plans() lists the plans.';
    end if;
    return v_plan;
end;
$$;

comment on function credits.plan_in_force(text) is
'A plan as the catalog in force has it, or 22023.';

revoke all on function credits.plan_in_force(text) from public, anon, authenticated, service_role;
