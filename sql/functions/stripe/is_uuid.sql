-- True for the text of a uuid in its usual form.
create or replace function credits.is_uuid(p_text text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
$$;

comment on function credits.is_uuid(text) is
'True for the text of a uuid.';

revoke all on function credits.is_uuid(text) from public, anon, authenticated, service_role;
