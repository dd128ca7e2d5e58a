-- Refuses a gift to oneself, in whatever spelling, and a message that is too long.
--
-- Returns  the recipient's address.
-- Errors   22023 invalid_email, gift_to_self, message_too_long
create or replace function credits.check_gift(
    p_user_id uuid,
    p_recipient_email text,
    p_message text
)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_email text := credits.check_email(p_recipient_email);
begin
    if exists (
        select from auth.users as u
        where
            u.id = p_user_id
            and credits.normal_email(u.email) = credits.normal_email(v_email)
    ) then
        raise exception 'gift_to_self' using
            errcode = '22023',
            hint = 'This is your own e-mail address.';
    elsif length(p_message) > 500 then
        raise exception 'message_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 500)::text,
            hint = 'A message has at most 500 characters.';
    end if;
    return v_email;
end;
$$;

comment on function credits.check_gift(uuid, text, text) is
'Refuses a gift to oneself and a message that is too long.';

revoke all on function credits.check_gift(uuid, text, text)
from public, anon, authenticated, service_role;
