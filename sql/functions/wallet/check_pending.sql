-- Refuses a gift that has ended, or whose giver may not give now: owes, because somebody took the
-- money back, or is paused or closed.
--
-- p_giver  null where the giver is not asked.
--
-- Errors   PT409 gift_not_pending
create or replace function credits.check_pending(p_gift credits.gifts, p_giver credits.accounts)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_gift.state <> 'pending' or p_giver.debt > 0 or p_giver.status <> 'active' then
        raise exception 'gift_not_pending' using
            errcode = 'PT409',
            detail = jsonb_build_object('gift_id', p_gift.id, 'state', p_gift.state)::text,
            hint = 'This gift has ended, or cannot be given now.';
    end if;
end;
$$;

comment on function credits.check_pending(credits.gifts, credits.accounts) is
'Refuses a gift that has ended, or whose giver may not give now, with PT409.';

revoke all on function credits.check_pending(credits.gifts, credits.accounts)
from public, anon, authenticated, service_role;
