-- Whether an account could pay for a use of a service now. Advice only: between the answer and the
-- spend another call may take the credits.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, and those of price_usage
create or replace function credits.has_enough(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_account_id uuid
)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'spend'));
    v_cost numeric := credits.calculate_query_cost('{}', p_service, p_usage, p_quantity);
begin
    return v_account.status = 'active' and v_cost <= greatest(
        credits.spendable_by(v_account, credits.acting_user_id()), 0
    );
end;
$$;

comment on function credits.has_enough(text, numeric, jsonb, uuid) is
'Whether an account could pay for a use of a service now.';

revoke all on function credits.has_enough(text, numeric, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.has_enough(
    text, numeric, jsonb, uuid
) to authenticated, service_role;
