-- The limits of an account, and how far they are used.
--
-- Returns  left: of the spend cap, with what is held counted as spent; null without a cap.
create or replace function credits.show_caps(p_account credits.accounts)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'monthly_spend_cap', p_account.monthly_spend_cap,
        'spent', credits.month_spent(p_account),
        'left', credits.cap_left(p_account),
        'monthly_purchase_cap_cents', p_account.monthly_purchase_cap_cents,
        'paid_cents', credits.paid_cents(p_account.id),
        'open_cents', credits.open_cents(p_account.id, null),
        'requests_per_minute', p_account.requests_per_minute,
        'resets_at', credits.month_end(p_account.last_transaction_at)
    );
end;
$$;

comment on function credits.show_caps(credits.accounts) is
'The limits of an account, and how far they are used.';

revoke all on function credits.show_caps(credits.accounts)
from public, anon, authenticated, service_role;
