-- Creates a team, whose first owner is the caller. It has no plan, and so no free credits: those
-- are a person's.
--
-- Errors   42501 not_signed_in, 22023 invalid_name, PT409 too_many_teams
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.create_team(p_name text)
returns public.credit_account
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_name text := btrim(p_name);
    v_id uuid := gen_random_uuid();
begin
    if v_name is null or length(v_name) not between 1 and 100 or v_name ~ '[[:cntrl:]]' then
        raise exception 'invalid_name' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 100)::text,
            hint = 'A name has 1 to 100 characters on one line.';
    end if;
    perform credits.lock_account(v_user_id);
    perform credits.touch_account(v_user_id);
    if 50 <= (
        select count(*)
        from credits.members as m
        where m.user_id = v_user_id and m.role = 'owner'
    ) then
        raise exception 'too_many_teams' using
            errcode = 'PT409',
            detail = jsonb_build_object('limit', 50)::text,
            hint = 'A user owns at most so many teams.';
    end if;
    insert into credits.accounts (id, kind, owner_id, name)
    values (v_id, 'team', v_user_id, v_name);
    insert into credits.members (account_id, user_id, role)
    values (v_id, v_user_id, 'owner');
    return credits.show_account(v_id, 'owner');
end;
$$;

comment on function credits.create_team(text) is
'Creates a team, whose first owner is the caller.';

revoke all on function credits.create_team(text) from public, anon, authenticated, service_role;
grant execute on function credits.create_team(text) to authenticated;
