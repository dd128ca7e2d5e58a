-- Removes credits as an act says, in burn-down order; what is held stays.
--
-- Errors   PT402 insufficient_credits
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_removal(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.post_transaction(
        p_account, 'adjustment', -p_act.amount, p_act.scope, p_act.key, p_act.request,
        p_description => p_act.reason
    );
end;
$$;

comment on function credits.perform_removal(credits.accounts, credits.pending_acts) is
'Removes credits as an act says.';

revoke all on function credits.perform_removal(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;
