-- Refuses to resolve a dispute otherwise than as it waits for a second administrator.
--
-- p_act    act, key and request of the resolution.
-- Errors   PT409 act_pending
create or replace function credits.check_no_other_act(
    p_account_id uuid,
    p_act credits.pending_acts
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act_id uuid;
begin
    select a.id into v_act_id
    from credits.pending_acts as a
    where
        a.account_id = p_account_id
        and a.scope = p_act.scope
        and a.key = p_act.key
        and a.request <> p_act.request;
    if found then
        raise exception 'act_pending' using
            errcode = 'PT409',
            detail = jsonb_build_object('act_id', v_act_id)::text,
            hint = 'Another refund waits for a second administrator: decline it first.';
    end if;
end;
$$;

comment on function credits.check_no_other_act(uuid, credits.pending_acts) is
'Refuses to resolve a dispute otherwise than as it waits.';

revoke all on function credits.check_no_other_act(uuid, credits.pending_acts)
from public, anon, authenticated, service_role;
