-- Opens an account: of a user (the personal one), or of an application's own user by external id.
--
-- Idempotent by its object: an account that is there is returned as it is.
--
-- p_plan   the first plan, instead of the catalog's free one.
-- Errors   22023 account_owner_required (exactly one of user and external id), unknown_plan,
--          external_id_too_long, email_too_long, PT404 account_not_found: there is no such user,
--          PT409 no_catalog: a plan is named before there is a catalog
create or replace function credits.open_account(
    p_user_id uuid,
    p_external_id text,
    p_email text,
    p_plan text
)
returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
begin
    if (p_user_id is null) = (p_external_id is null) or p_external_id = '' then
        raise exception 'account_owner_required' using
            errcode = '22023',
            hint = 'Name the user_id of auth.users, or the external_id of your own user.';
    elsif length(p_external_id) > 200 then
        raise exception 'external_id_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'An external id has at most 200 characters.';
    elsif length(p_email) > 320 then
        raise exception 'email_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 320)::text,
            hint = 'An e-mail address has at most 320 characters.';
    end if;

    if p_user_id is not null then
        perform credits.open_personal_account(p_user_id, p_plan);
        return p_user_id;
    end if;

    perform pg_advisory_xact_lock(hashtextextended('credits.external_ids:' || p_external_id, 0));
    select e.account_id into v_account_id
    from credits.external_ids as e
    where e.provider = 'application' and e.object_id = p_external_id;
    if not found then
        insert into credits.accounts (id, kind, external_id, email)
        values (gen_random_uuid(), 'external', p_external_id, p_email)
        returning id into strict v_account_id;
        insert into credits.external_ids (provider, object_id, account_id)
        values ('application', p_external_id, v_account_id)
        -- At REPEATABLE READ an id that the snapshot does not show is 40001, to be retried.
        on conflict (provider, object_id) do nothing;
        perform credits.start_account(v_account_id, p_plan);
    end if;
    return v_account_id;
end;
$$;

comment on function credits.open_account(uuid, text, text, text) is
'Opens the account of a user or of an external id, if it is missing, and returns its id.';

revoke all on function credits.open_account(uuid, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_account(uuid, text, text, text) to service_role;
