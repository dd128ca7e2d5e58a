-- Quotes a purchase for an account that the caller may buy for: see quote_purchase.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, and those of quote_purchase
create or replace function credits.quote_for_caller(
    p_package text,
    p_plan text,
    p_quantity numeric,
    p_promotion_code text,
    p_account_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.quote_purchase(
        credits.read_account(credits.authorize_account(p_account_id, 'manage')),
        credits.acting_user_id(), p_package, p_plan, p_quantity, p_promotion_code
    );
end;
$$;

comment on function credits.quote_for_caller(text, text, numeric, text, uuid) is
'Quotes a purchase for an account that the caller may buy for.';

revoke all on function credits.quote_for_caller(text, text, numeric, text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.quote_for_caller(
    text, text, numeric, text, uuid
) to authenticated, service_role;
