-- Refuses a spend that the account's status or its monthly cap forbids.
--
-- Returns  the amount.
-- Errors   PT403 account_paused, account_closed, PT402 spend_cap_reached
create or replace function credits.check_can_spend(p_account credits.accounts, p_amount numeric)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := credits.cap_left(p_account);
begin
    if p_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account cannot spend.';
    elsif p_account.status <> 'active' then
        raise exception 'account_paused' using
            errcode = 'PT403',
            hint = 'This account cannot spend until an administrator resumes it.';
    end if;
    if p_amount > v_left then
        raise exception 'spend_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap', p_account.monthly_spend_cap,
                'spent', credits.month_spent(p_account),
                'required', p_amount,
                'resets_at', credits.month_end(p_account.last_transaction_at)
            )::text,
            hint = 'This month''s spending limit is reached.';
    end if;
    return p_amount;
end;
$$;

comment on function credits.check_can_spend(credits.accounts, numeric) is
'The amount, or a refusal for the account''s status (PT403) or its monthly cap (PT402).';

revoke all on function credits.check_can_spend(credits.accounts, numeric)
from public, anon, authenticated, service_role;
