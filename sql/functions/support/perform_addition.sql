-- Adds credits as an act says: amount, source, expires_at.
--
-- Errors   22023 invalid_expiry, balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_addition(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_source text := p_act.arguments ->> 'source';
begin
    return credits.post_grant(
        p_account, v_source, p_act.amount, p_act.scope, p_act.key, p_act.request,
        p_expires_at => (p_act.arguments ->> 'expires_at')::timestamptz,
        p_is_paid => v_source = 'purchase',
        p_description => p_act.reason
    );
end;
$$;

comment on function credits.perform_addition(credits.accounts, credits.pending_acts) is
'Adds credits as an act says.';

revoke all on function credits.perform_addition(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;
