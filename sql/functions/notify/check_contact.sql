-- Refuses a message to sales that says nothing, or too much.
--
-- Errors   22023 message_required, message_too_long, invalid_name
create or replace function credits.check_contact(p_message text, p_name text, p_company text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_message, '') !~ '\S' then
        raise exception 'message_required' using
            errcode = '22023',
            hint = 'Write a message.';
    elsif length(p_message) > 5000 then
        raise exception 'message_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 5000)::text,
            hint = 'A message has at most 5000 characters.';
    elsif length(p_name) > 200 or length(p_company) > 200
        or p_name ~ '[\r\n]' or p_company ~ '[\r\n]'
    then
        raise exception 'invalid_name' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'A name has at most 200 characters, on one line.';
    end if;
end;
$$;

comment on function credits.check_contact(text, text, text) is
'Refuses a message to sales that says nothing or too much with 22023.';

revoke all on function credits.check_contact(text, text, text)
from public, anon, authenticated, service_role;
