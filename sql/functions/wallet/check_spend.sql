-- Refuses a spend that the member's cap, the account's cap, or its available credits do not allow.
--
-- p_service, p_usage  what it is for: where it is a model, the refusal names one that is
-- affordable.
-- Errors   PT404 member_not_found, PT402 member_cap_reached, spend_cap_reached,
--          insufficient_credits
create or replace function credits.check_spend(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric,
    p_service text,
    p_usage jsonb
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_available numeric := p_account.balance - p_account.held;
begin
    if p_account.kind = 'team' then
        perform credits.check_member(p_account, p_user_id, p_amount);
    end if;
    if p_account.monthly_spend_cap is not null then
        perform credits.check_cap(p_account, p_amount);
    end if;
    if p_amount > v_available then
        perform credits.refuse_insufficient(
            p_account, p_amount,
            credits.affordable_model(
                p_service, p_usage, v_available, p_account.last_transaction_at
            )
        );
    end if;
end;
$$;

comment on function credits.check_spend(credits.accounts, uuid, numeric, text, jsonb) is
'Refuses a spend that caps or available credits do not allow.';

revoke all on function credits.check_spend(credits.accounts, uuid, numeric, text, jsonb)
from public, anon, authenticated, service_role;
