-- The versions that would never take effect, were another to follow them: those whose time is still
-- to come, but not before the other's.
--
-- p_version  the latest version before the other one.
-- Returns    as changes: kind version, code the number.
create or replace function credits.withdrawn_catalogs(
    p_version integer,
    p_effective_at timestamptz
)
returns setof public.credit_catalog_change
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        'version', c.version::text, 'removed', jsonb_build_object('effective_at', c.effective_at),
        null::jsonb
    from credits.catalogs as c
    where
        c.version <= p_version
        and c.effective_at > clock_timestamp()
        and c.effective_at >= p_effective_at
        and not exists (
            select from credits.catalogs as l
            where
                l.version between c.version + 1 and p_version
                and l.effective_at <= c.effective_at
        )
    order by c.version
$$;

comment on function credits.withdrawn_catalogs(integer, timestamptz) is
'The versions that never take effect when another follows.';

revoke all on function credits.withdrawn_catalogs(integer, timestamptz)
from public, anon, authenticated, service_role;
