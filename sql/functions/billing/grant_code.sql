-- Grants a locked account the credits of a promotion, and counts the use.
--
-- Locks    none of its own: the caller has locked the account and the promotion.
create or replace function credits.grant_code(
    p_account credits.accounts,
    p_promotion credits.promotions
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid := gen_random_uuid();
    v_transaction credits.transactions;
begin
    v_transaction := credits.post_grant(
        p_account, 'promotion', p_promotion.discount_value, 'system', 'promotion:' || v_id,
        credits.request_hash(jsonb_build_array('promotion', v_id)),
        p_expires_at => p_account.last_transaction_at
        + make_interval(days => p_promotion.credits_days),
        p_reference => p_promotion.code,
        p_description => p_promotion.name
    );
    insert into credits.redemptions (account_id, id, code, transaction_id)
    values (p_account.id, v_id, p_promotion.code, v_transaction.id);
    return v_transaction;
end;
$$;

comment on function credits.grant_code(credits.accounts, credits.promotions) is
'Grants a locked account the credits of a promotion.';

revoke all on function credits.grant_code(credits.accounts, credits.promotions)
from public, anon, authenticated, service_role;
