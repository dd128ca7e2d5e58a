-- Fits the accounts to a catalog that was to take effect later, once its time has come: a part of
-- maintenance. Its prices count from its time on, whether this has run or not.
--
-- Returns  1 when there was such a catalog since the last maintenance, else 0.
-- Locks    credits.catalogs, as apply_catalog does (before the caller shares it), so that no change
--          of plan is missed that is not committed yet;
--          the accounts whose plan's cap or allowance changes, in id order, until commit.
create or replace function credits.start_due_catalog()
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_at(statement_timestamp());
begin
    if not exists (
        select from credits.catalogs as c
        where
            c.version = v_version
            and c.effective_at > c.applied_at
            and c.effective_at >= coalesce(
                (
                    select max(j.started_at)
                    from credits.job_runs as j
                    where j.job = 'maintenance'
                ),
                '-infinity'
            )
    ) then
        return 0;
    end if;
    lock table credits.catalogs in share row exclusive mode;
    perform credits.use_catalog(v_version);
    return 1;
end;
$$;

comment on function credits.start_due_catalog() is
'Fits the accounts to a scheduled catalog whose time has come.';

revoke all on function credits.start_due_catalog() from public, anon, authenticated, service_role;
