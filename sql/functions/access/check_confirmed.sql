-- Refuses a user without a confirmed e-mail address; the back end is nobody in particular.
--
-- p_user_id  null for the back end.
-- Errors     PT403 email_not_confirmed
create or replace function credits.check_confirmed(p_user_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_user_id is not null and credits.confirmed_email(p_user_id) is null then
        raise exception 'email_not_confirmed' using
            errcode = 'PT403',
            hint = 'Confirm your e-mail address first.';
    end if;
end;
$$;

comment on function credits.check_confirmed(uuid) is
'Refuses a user without a confirmed e-mail address with PT403.';

revoke all on function credits.check_confirmed(uuid) from public, anon, authenticated, service_role;
