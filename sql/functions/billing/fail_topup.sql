-- The edge's way to say that an attempt to top an account up was not paid; rules: end_topup.
--
-- Errors   22023 invalid_reason
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.fail_topup(p_account_id uuid, p_order_id uuid, p_reason text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_reason is null or p_reason not in (
        'declined', 'requires_action', 'no_payment_method', 'no_customer'
    ) then
        raise exception 'invalid_reason' using
            errcode = '22023',
            hint = 'declined, requires_action, no_payment_method or no_customer.';
    end if;
    perform credits.end_topup(p_account_id, p_order_id, p_reason);
end;
$$;

comment on function credits.fail_topup(uuid, uuid, text) is
'Says that an attempt to top an account up was not paid.';

revoke all on function credits.fail_topup(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.fail_topup(uuid, uuid, text) to credits_edge, service_role;
