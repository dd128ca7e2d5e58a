-- A text as a uuid; null for one that is none.
create or replace function credits.as_uuid(p_text text)
returns uuid
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when credits.is_uuid(p_text) then p_text::uuid end
$$;

comment on function credits.as_uuid(text) is
'A text as a uuid, null for one that is none.';

revoke all on function credits.as_uuid(text) from public, anon, authenticated, service_role;
