-- Quotes a purchase for an account that the caller may buy for: see quote_purchase. A code that
-- does not count is an attempt with a wrong one.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, PT429 rate_limited, and those of
--          quote_purchase
-- Locks    credits.code_attempts: one row where a code is given, until commit.
create or replace function credits.quote_for_caller(
    p_package text,
    p_plan text,
    p_quantity numeric,
    p_promotion_code text,
    p_account_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'manage'));
    v_user_id uuid := credits.acting_user_id();
    v_is_attempt boolean := v_user_id is not null and nullif(p_promotion_code, '') is not null;
    v_quote jsonb;
begin
    if v_is_attempt then
        perform credits.count_code_attempt(v_user_id);
    end if;
    v_quote := credits.quote_purchase(
        v_account, v_user_id, p_package, p_plan, p_quantity, p_promotion_code
    );
    if v_is_attempt and coalesce(v_quote ->> 'message', '') in ('', 'purchase_cap_reached') then
        perform credits.forgive_code_attempt(v_user_id);
    end if;
    return v_quote;
end;
$$;

comment on function credits.quote_for_caller(text, text, numeric, text, uuid) is
'Quotes a purchase for an account that the caller may buy for.';

revoke all on function credits.quote_for_caller(text, text, numeric, text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.quote_for_caller(
    text, text, numeric, text, uuid
) to authenticated, service_role;
