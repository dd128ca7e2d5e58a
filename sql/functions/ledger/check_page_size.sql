-- Refuses a page that is not 1 to 200 rows.
--
-- Errors   22023 invalid_page_size
create or replace function credits.check_page_size(p_page_size integer)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_page_size is null or p_page_size not between 1 and 200 then
        raise exception 'invalid_page_size' using
            errcode = '22023',
            detail = jsonb_build_object('minimum', 1, 'maximum', 200)::text,
            hint = 'A page has 1 to 200 rows.';
    end if;
end;
$$;

comment on function credits.check_page_size(integer) is
'Refuses a page that is not 1 to 200 rows.';

revoke all on function credits.check_page_size(integer)
from public, anon, authenticated, service_role;
