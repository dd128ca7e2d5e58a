-- Of the balance after a grant, the share below which an account is low: as the catalog of a time
-- says, 20 percent where there is none.
create or replace function credits.low_balance_percent(p_at timestamptz)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select c.low_balance_percent
            from credits.catalogs as c
            where c.version = credits.version_at(p_at)
        ),
        20
    );
end;
$$;

comment on function credits.low_balance_percent(timestamptz) is
'Of the balance after a grant, the share below which an account is low.';

revoke all on function credits.low_balance_percent(timestamptz)
from public, anon, authenticated, service_role;
