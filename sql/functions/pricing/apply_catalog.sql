-- Makes a catalog the next version, which takes effect at once or at the time that it names; the
-- versions before it stay as they are, and so do the charges made at their prices.
--
-- A version that has not taken effect yet is withdrawn by a later one that takes effect before it.
-- A catalog that changes nothing makes no version.
--
-- p_dry_run  checks the catalog and lists the changes, and keeps nothing, unless it is false.
-- Returns    what changes against the catalog that would be in force then, and the versions that
--            are withdrawn.
-- Errors     22023 invalid_catalog, PT409 plan_in_use (a plan that accounts have cannot disappear)
-- Locks      credits.catalogs against other catalogs and changes of plan; the accounts whose plan's
--            cap or allowance changes; until commit. Readers and other spends go on.
create or replace function credits.apply_catalog(p_catalog jsonb, p_dry_run boolean)
returns setof public.credit_catalog_change
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_latest credits.catalogs;
    v_version integer;
    v_before jsonb;
    v_now timestamptz;
    v_effective_at timestamptz;
    v_problem text;
begin
    lock table credits.catalogs in share row exclusive mode;
    select c.* into v_latest from credits.catalogs as c order by c.version desc limit 1;
    -- Our transaction's time, or that of a catalog for which the lock has waited.
    select greatest(now(), max(c.effective_at)) into strict v_now
    from credits.catalogs as c
    where c.effective_at <= clock_timestamp();
    begin
        v_effective_at := greatest(v_now, (p_catalog ->> 'effective_at')::timestamptz);
        if v_latest.content - 'effective_at' = p_catalog - 'effective_at'
            and greatest(v_now, v_latest.effective_at) = v_effective_at
        then
            return;
        end if;
        select c.content into v_before
        from credits.catalogs as c
        where c.effective_at <= v_effective_at
        order by c.version desc
        limit 1;

        v_problem := coalesce(
            credits.catalog_problem(p_catalog),
            case when v_effective_at > clock_timestamp() then credits.schedule_problem(
                p_catalog, v_before
            ) end
        );
        if v_problem is null then
            v_version := credits.store_catalog(p_catalog, v_effective_at);
            if v_effective_at <= clock_timestamp() then
                perform credits.use_catalog(v_version);
            end if;
            perform credits.write_audit(
                null, credits.caller(), 'apply_catalog', null,
                jsonb_build_object('version', v_latest.version),
                jsonb_build_object('version', v_version, 'code', p_catalog ->> 'code')
            );
            if p_dry_run is distinct from false then
                raise exception 'dry_run' using errcode = 'PT200';
            end if;
        end if;
    exception
        when sqlstate 'PT200' then null;
        when integrity_constraint_violation or data_exception then
            get stacked diagnostics v_problem = message_text;
    end;
    if v_problem is not null then
        raise exception 'invalid_catalog' using
            errcode = '22023',
            detail = jsonb_build_object('problem', v_problem)::text,
            hint = 'docs/catalogs.md describes the file.';
    end if;
    return query select c.* from credits.catalog_changes(v_before, p_catalog) as c;
    return query select w.* from credits.withdrawn_catalogs(v_latest.version, v_effective_at) as w;
end;
$$;

comment on function credits.apply_catalog(jsonb, boolean) is
'Makes a catalog the next version and lists what it changes.';

revoke all on function credits.apply_catalog(jsonb, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_catalog(jsonb, boolean) to service_role;
