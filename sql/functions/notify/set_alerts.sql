-- Sets below which balance an account's owner is told that it is low.
--
-- Units    p_low_balance: credits; null leaves it, -1 goes back to the catalog's share of the last
--          grant, 0 tells only when it is empty.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required, invalid_amount
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_alerts(p_low_balance numeric, p_account_id uuid)
returns public.credit_alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(
        credits.authorize_account(p_account_id, 'manage')
    );
begin
    if p_low_balance is not null then
        v_account.low_balance := case
            when p_low_balance = 0 then 0
            when p_low_balance = -1 then null
            else credits.check_amount(p_low_balance)
        end;
        update credits.accounts as a
        set
            low_balance = v_account.low_balance,
            alert_level = credits.alert_level(v_account)
        where a.id = v_account.id;
    end if;
    return (
        v_account.id, v_account.low_balance, v_account.default_low_balance
    )::public.credit_alerts;
end;
$$;

comment on function credits.set_alerts(numeric, uuid) is
'Sets below which balance an account''s owner is told.';

revoke all on function credits.set_alerts(numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.set_alerts(numeric, uuid) to authenticated, service_role;
