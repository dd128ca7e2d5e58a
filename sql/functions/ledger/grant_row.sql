-- A grant of an account, which is there.
create or replace function credits.grant_row(p_account_id uuid, p_grant_id bigint)
returns credits.grants
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_grant credits.grants;
begin
    select g.* into strict v_grant
    from credits.grants as g
    where g.account_id = p_account_id and g.id = p_grant_id;
    return v_grant;
end;
$$;

comment on function credits.grant_row(uuid, bigint) is
'A grant of an account.';

revoke all on function credits.grant_row(uuid, bigint)
from public, anon, authenticated, service_role;
