-- Refuses to give, change or remove a role that stands above the caller's own.
--
-- Errors   PT403 role_too_high
create or replace function credits.check_rank(p_rank integer, p_role text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.role_rank(p_role) > p_rank then
        raise exception 'role_too_high' using
            errcode = 'PT403',
            detail = jsonb_build_object('role', p_role)::text,
            hint = 'Only owners make, change or remove owners.';
    end if;
end;
$$;

comment on function credits.check_rank(integer, text) is
'Refuses a role above the caller''s own with PT403.';

revoke all on function credits.check_rank(integer, text)
from public, anon, authenticated, service_role;
