-- Names the database role that calls, as PostgREST set it or as it logged in.
--
-- Inside a SECURITY DEFINER function current_user is the owner, but the setting `role` still names
-- the caller, and a client cannot forge it. The claim named role is never read.
create or replace function credits.caller()
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(nullif(current_setting('role', true), 'none'), session_user::text);
end;
$$;

comment on function credits.caller() is
'The database role that calls: the one set by PostgREST, else the one that logged in.';

revoke all on function credits.caller() from public, anon, authenticated, service_role;
