-- Whether a refund of this status came to nothing.
create or replace function credits.is_failed(p_status text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_status in ('failed', 'canceled')
$$;

comment on function credits.is_failed(text) is
'True for a status of a refund that came to nothing.';

revoke all on function credits.is_failed(text) from public, anon, authenticated, service_role;
