-- From where a request comes: the last hop of x-forwarded-for, which the own proxy has written;
-- what is before it a client can forge. Null for a direct connection.
create or replace function credits.network_address()
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select nullif(btrim(regexp_replace(
        nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-forwarded-for',
        '^.*,', ''
    )), '');
$$;

comment on function credits.network_address() is
'From where a request comes.';

revoke all on function credits.network_address() from public, anon, authenticated, service_role;
