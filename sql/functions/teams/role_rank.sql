-- How high a role stands: nobody gives, changes or removes one above the own.
--
-- Errors   22023 invalid_role
create or replace function credits.role_rank(p_role text)
returns integer
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := array_position(array['viewer', 'member', 'admin', 'owner'], p_role);
begin
    if v_rank is null then
        raise exception 'invalid_role' using
            errcode = '22023',
            hint = 'Roles: owner, admin, member, viewer.';
    end if;
    return v_rank;
end;
$$;

comment on function credits.role_rank(text) is
'How high a role stands, or 22023.';

revoke all on function credits.role_rank(text) from public, anon, authenticated, service_role;
