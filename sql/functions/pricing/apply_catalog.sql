-- Puts a catalog in force as a new version; the versions before it stay as they are, and so do the
-- charges made at their prices. A catalog that changes nothing makes no version.
--
-- p_dry_run  checks the catalog and lists the changes, and keeps nothing, unless it is false.
-- Returns    what changes against the catalog in force.
-- Errors     22023 invalid_catalog, PT409 plan_in_use (a plan that accounts have cannot disappear)
-- Locks      credits.catalogs against other catalogs and changes of plan; the accounts whose plan's
--            cap or allowance changes; until commit. Readers and other spends go on.
create or replace function credits.apply_catalog(p_catalog jsonb, p_dry_run boolean)
returns setof public.credit_catalog_change
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_before jsonb;
    v_problem text;
begin
    lock table credits.catalogs in share row exclusive mode;
    select c.content into v_before
    from credits.catalogs as c
    order by c.version desc
    limit 1;
    if v_before = p_catalog then
        return;
    end if;

    begin
        v_problem := credits.catalog_problem(p_catalog);
        if v_problem is null then
            perform credits.use_catalog(credits.store_catalog(p_catalog));
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
end;
$$;

comment on function credits.apply_catalog(jsonb, boolean) is
'Puts a catalog in force as a new version and lists what it changes.';

revoke all on function credits.apply_catalog(jsonb, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_catalog(jsonb, boolean) to service_role;
