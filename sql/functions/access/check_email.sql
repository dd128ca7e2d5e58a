-- Refuses what cannot be an e-mail address.
--
-- Returns  the address in lower case, without spaces around it.
-- Errors   22023 invalid_email
create or replace function credits.check_email(p_email text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_email text := lower(btrim(p_email));
begin
    if length(v_email) <= 320 and v_email ~ '^[^@\s[:cntrl:]]+@[^@\s[:cntrl:]]+$' then
        return v_email;
    end if;
    raise exception 'invalid_email' using
        errcode = '22023',
        detail = jsonb_build_object('limit', 320)::text,
        hint = 'An e-mail address has one @ and at most 320 characters.';
end;
$$;

comment on function credits.check_email(text) is
'An e-mail address in lower case, or 22023.';

revoke all on function credits.check_email(text) from public, anon, authenticated, service_role;
