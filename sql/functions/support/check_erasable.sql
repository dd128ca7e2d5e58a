-- Refuses to erase an account on which something goes on: a subscription, a hold, a team that would
-- have no owner.
--
-- Errors   PT409 account_subscribed, account_has_holds, last_owner
-- Locks    none of its own: the caller has locked the account and its owner's teams.
create or replace function credits.check_erasable(p_account credits.accounts)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_team_id uuid;
begin
    if exists (
        select from credits.subscriptions as s
        where
            s.account_id = p_account.id
            and credits.is_live(s.status)
            and s.livemode = credits.livemode(s.provider)
    ) then
        raise exception 'account_subscribed' using
            errcode = 'PT409',
            hint = 'Cancel the subscription at the payment provider first.';
    elsif p_account.held > 0 then
        raise exception 'account_has_holds' using
            errcode = 'PT409',
            detail = jsonb_build_object('held', p_account.held)::text,
            hint = 'Capture or release its holds, and cancel its pending gifts, first.';
    end if;
    for v_team_id in
        select m.account_id
        from credits.members as m
        where
            p_account.kind = 'personal'
            and m.user_id = p_account.owner_id
            and m.role = 'owner'
            and exists (
                select from credits.members as o
                where o.account_id = m.account_id and o.user_id is distinct from m.user_id
            )
    loop
        perform credits.check_last_owner(v_team_id, p_account.owner_id);
    end loop;
end;
$$;

comment on function credits.check_erasable(credits.accounts) is
'Refuses to erase an account on which something goes on with PT409.';

revoke all on function credits.check_erasable(credits.accounts)
from public, anon, authenticated, service_role;
