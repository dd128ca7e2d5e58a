-- The signed-in user who calls, null for the back end.
--
-- Errors   42501 not_signed_in (neither the back end nor a user with claims), user_unknown
create or replace function credits.acting_user_id()
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid;
begin
    if credits.is_service() then
        return null;
    end if;
    v_user_id := auth.uid();
    if v_user_id is null or credits.caller() is distinct from 'authenticated' then
        raise exception 'not_signed_in' using
            errcode = '42501',
            hint = 'Send the access token of a signed-in user.';
    end if;
    return credits.check_user(v_user_id);
end;
$$;

comment on function credits.acting_user_id() is
'The signed-in, existing, unbanned user who calls, null for the back end, or 42501.';

revoke all on function credits.acting_user_id() from public, anon, authenticated, service_role;
