-- Refuses more gifts than an account may have pending, or send within a day.
--
-- Errors   PT409 too_many_gifts
create or replace function credits.check_gifts_sent(p_account credits.accounts)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_pending bigint;
    v_sent bigint;
begin
    select
        count(*) filter (where g.state = 'pending'),
        count(*) filter (where g.created_at > p_account.last_transaction_at - interval '1 day')
    into strict v_pending, v_sent
    from credits.gifts as g
    where g.account_id = p_account.id;
    if v_pending >= 100 or v_sent >= 200 then
        raise exception 'too_many_gifts' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'limit', case when v_pending >= 100 then 100 else 200 end
            )::text,
            hint = 'So many gifts are pending, or were sent within a day.';
    end if;
end;
$$;

comment on function credits.check_gifts_sent(credits.accounts) is
'Refuses more gifts than an account may have pending or send within a day with PT409.';

revoke all on function credits.check_gifts_sent(credits.accounts)
from public, anon, authenticated, service_role;
