-- The signed-in user who calls: for what only a person can do.
--
-- Errors   42501 not_signed_in (the back end too), user_unknown
create or replace function credits.signed_in_user_id()
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
begin
    if v_user_id is null then
        raise exception 'not_signed_in' using
            errcode = '42501',
            hint = 'Send the access token of a signed-in user.';
    end if;
    return v_user_id;
end;
$$;

comment on function credits.signed_in_user_id() is
'The signed-in user who calls, or 42501.';

revoke all on function credits.signed_in_user_id() from public, anon, authenticated, service_role;
