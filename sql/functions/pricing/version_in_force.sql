-- The version of the catalog whose prices count at a time: the highest that has come into effect by
-- then.
--
-- Errors   PT409 no_catalog: none has.
create or replace function credits.version_in_force(p_at timestamptz)
returns integer
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer;
begin
    select c.version into v_version
    from credits.catalogs as c
    where c.effective_at <= p_at
    order by c.version desc
    limit 1;
    if not found then
        raise exception 'no_catalog' using
            errcode = 'PT409',
            hint = 'Apply a catalog first: pgcredits catalog apply FILE.';
    end if;
    return v_version;
end;
$$;

comment on function credits.version_in_force(timestamptz) is
'The version of the catalog whose prices count at a time, or PT409.';

revoke all on function credits.version_in_force(timestamptz)
from public, anon, authenticated, service_role;
