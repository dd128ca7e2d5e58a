-- Tells whether the caller is the application's back end: service_role, or the owner of pgcredits
-- on a direct connection (psql, cron). Meaningful inside SECURITY DEFINER functions only, where
-- current_user is that owner.
create or replace function credits.is_service()
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.caller() in ('service_role', current_user::text);
end;
$$;

comment on function credits.is_service() is
'True for service_role and for the owner on a direct connection.';

revoke all on function credits.is_service() from public, anon, authenticated, service_role;
