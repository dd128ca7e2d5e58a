-- Names the administrator who calls; every function of administrators begins here.
--
-- Administrators are users whose claim app_metadata.role is admin or superadmin, as the token
-- carries it; the back end; and the owner on a direct connection. Where auth.users has a role of
-- its own for the user, that one must agree, so that taking it away counts before the token ends.
--
-- Returns  user:<id>, or the database role of the back end or of the owner.
-- Errors   PT403 admin_only, 42501 not_signed_in, user_unknown
create or replace function credits.acting_admin()
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_roles text[] := array['admin', 'superadmin'];
begin
    if v_user_id is null then
        return credits.caller();
    elsif coalesce(auth.jwt() #>> '{app_metadata,role}', '') = any(v_roles) and exists (
        select from auth.users as u
        where
            u.id = v_user_id
            and (
                not coalesce(u.raw_app_meta_data ? 'role', false)
                or coalesce(u.raw_app_meta_data ->> 'role', '') = any(v_roles)
            )
    ) then
        return 'user:' || v_user_id;
    end if;
    raise exception 'admin_only' using
        errcode = 'PT403',
        hint = 'Only administrators do this: see docs/administrators.md.';
end;
$$;

comment on function credits.acting_admin() is
'The administrator who calls, or PT403.';

revoke all on function credits.acting_admin() from public, anon, authenticated, service_role;
