-- Refuses a purchase for the reason that its quote gives; see quote_purchase.
--
-- Errors   PT403 account_closed, 22023 promotion_code_invalid, PT402 purchase_cap_reached
create or replace function credits.refuse_purchase(
    p_account credits.accounts,
    p_quote jsonb
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_quote ->> 'message' = 'account_closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif p_quote ->> 'message' = 'promotion_code_invalid' then
        raise exception 'promotion_code_invalid' using
            errcode = '22023',
            hint = 'This code is unknown, has ended or is used up, or is not for this purchase.';
    elsif p_quote ->> 'message' = 'purchase_cap_reached' then
        raise exception 'purchase_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap_cents', p_account.monthly_purchase_cap_cents,
                'paid_cents', credits.paid_cents(p_account.id),
                'open_cents', credits.open_cents(p_account.id, null),
                'required_cents', (p_quote ->> 'total_cents')::bigint,
                'currency', p_quote ->> 'currency',
                'resets_at', credits.month_end(clock_timestamp())
            )::text,
            hint = 'This month''s limit of purchases is reached: checkouts that were opened count '
            'for a day.';
    end if;
end;
$$;

comment on function credits.refuse_purchase(credits.accounts, jsonb) is
'Refuses a purchase for the reason that its quote gives.';

revoke all on function credits.refuse_purchase(credits.accounts, jsonb)
from public, anon, authenticated, service_role;
