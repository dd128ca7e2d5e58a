-- Refuses a hold that has ended.
--
-- Errors   PT409 hold_not_open
create or replace function credits.check_open(p_hold credits.holds)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_hold.state <> 'open' then
        raise exception 'hold_not_open' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'hold_id', p_hold.id, 'state', p_hold.state, 'ended_at', p_hold.ended_at
            )::text,
            hint = case
                when p_hold.state = 'captured' then 'This hold is charged already.'
                else 'This hold has ended: work that is done can be charged by '
                'check_and_deduct_credits.'
            end;
    end if;
end;
$$;

comment on function credits.check_open(credits.holds) is
'Refuses a hold that has ended with PT409.';

revoke all on function credits.check_open(credits.holds)
from public, anon, authenticated, service_role;
