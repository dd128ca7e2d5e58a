-- What an account's balance was at a time: as its history says, without the credits that had
-- expired by then, whether or not they were swept at once.
--
-- Errors   PT404 account_not_found, 22023 invalid_time: none, not finite, or in the future
create or replace function credits.balance_at(p_account_id uuid, p_at timestamptz)
returns numeric
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.read_account(p_account_id);
    v_balance numeric;
begin
    if p_at is null or not isfinite(p_at) or p_at > v_account.last_transaction_at then
        raise exception 'invalid_time' using
            errcode = '22023',
            hint = 'Name a time that has passed.';
    end if;
    select t.balance_after into v_balance
    from credits.transactions as t
    where t.account_id = v_account.id and t.created_at <= p_at
    order by t.id desc
    limit 1;
    return coalesce(v_balance, 0) - credits.unswept_at(v_account.id, p_at);
end;
$$;

comment on function credits.balance_at(uuid, timestamptz) is
'What an account''s balance was at a time.';

revoke all on function credits.balance_at(uuid, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.balance_at(uuid, timestamptz) to service_role;
