-- Refuses a spend beyond the account's monthly cap. What is held counts as spent, for it can be.
--
-- Errors   PT402 spend_cap_reached
create or replace function credits.check_cap(p_account credits.accounts, p_amount numeric)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := credits.cap_left(p_account);
begin
    if v_left is not null and p_amount > greatest(v_left, 0) then
        raise exception 'spend_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap', p_account.monthly_spend_cap,
                'spent', p_account.monthly_spend_cap - v_left,
                'required', p_amount,
                'resets_at', credits.month_end(p_account.last_transaction_at)
            )::text,
            hint = 'This month''s spending limit is reached.';
    end if;
end;
$$;

comment on function credits.check_cap(credits.accounts, numeric) is
'Refuses a spend beyond an account''s monthly cap with PT402.';

revoke all on function credits.check_cap(credits.accounts, numeric)
from public, anon, authenticated, service_role;
