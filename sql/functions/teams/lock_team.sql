-- Locks a team's account for who manages it, and says how high the caller's role stands: the back
-- end stands as high as an owner.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, PT409 not_a_team
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.lock_team(p_account_id uuid, p_right text, out rank integer)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.lock_account(credits.authorize_account(p_account_id, p_right));
begin
    -- Once more under the lock: the right may have gone while it was waited for.
    perform credits.authorize_account(p_account_id, p_right);
    if v_account.kind <> 'team' then
        raise exception 'not_a_team' using
            errcode = 'PT409',
            hint = 'This account is nobody''s team: create_credit_team() makes one.';
    end if;
    perform credits.touch_account(v_account.id);
    rank := credits.role_rank(coalesce(
        (credits.member_row(v_account.id, credits.acting_user_id())).role, 'owner'
    ));
end;
$$;

comment on function credits.lock_team(uuid, text) is
'Locks a team''s account for who manages it.';

revoke all on function credits.lock_team(uuid, text) from public, anon, authenticated, service_role;
