-- Refuses what one administrator may not do alone to an account as it is, and which cannot wait as
-- an act.
--
-- Errors   PT403 second_admin_required
create or replace function credits.check_alone(p_account credits.accounts, p_actor text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.has_part_in(p_account.id, p_actor) then
        raise exception 'second_admin_required' using
            errcode = 'PT403',
            hint = 'Another administrator does this: the account is your own.';
    elsif credits.needs_second(p_account, p_actor, p_account.balance) then
        raise exception 'second_admin_required' using
            errcode = 'PT403',
            detail = jsonb_build_object('balance', p_account.balance)::text,
            hint = 'Remove its credits first, which a second administrator confirms.';
    end if;
end;
$$;

comment on function credits.check_alone(credits.accounts, text) is
'Refuses what one administrator may not do alone with PT403.';

revoke all on function credits.check_alone(credits.accounts, text)
from public, anon, authenticated, service_role;
