-- A promotion's code in its one spelling: letters and digits only, in capitals.
create or replace function credits.promotion_code(p_text text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select upper(regexp_replace(left(p_text, 200), '[^A-Za-z0-9]', '', 'g'))
$$;

comment on function credits.promotion_code(text) is
'A promotion''s code in its one spelling.';

revoke all on function credits.promotion_code(text) from public, anon, authenticated, service_role;
