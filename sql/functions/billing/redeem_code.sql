-- Redeems a code that grants credits. A refusal is returned, so that the attempt counts.
--
-- Returns  ok, credits granted and the balance with them; or message: promotion_code_invalid
--          (unknown, ended, used up, had by the same person: all alike), enter_code_at_purchase (a
--          good code, which takes something off a purchase).
-- Errors   42501 not_signed_in, PT404 account_not_found, PT403 account_closed, PT429 rate_limited
-- Locks    credits.accounts, credits.code_attempts and credits.promotions: one row each, until
--          commit.
create or replace function credits.redeem_code(p_code text, p_account_id uuid)
returns public.credit_answer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'manage');
    v_user_id uuid := credits.acting_user_id();
    v_account credits.accounts := credits.lock_account(v_account_id);
    v_promotion credits.promotions;
    v_transaction credits.transactions;
begin
    if v_user_id is not null then
        perform credits.count_code_attempt(v_user_id);
    end if;
    if v_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account takes no credits.';
    end if;
    -- Written, not only locked, so that an older snapshot is 40001 and counts no use too few.
    update credits.promotions as p
    set last_order_at = clock_timestamp()
    where
        p.code = credits.promotion_code(p_code)
        and p.is_active
        and p.starts_at <= clock_timestamp()
        and (p.ends_at is null or p.ends_at > clock_timestamp())
    returning p.* into v_promotion;
    if v_promotion.code is null
        or not credits.has_use_left(v_promotion, v_account_id, v_user_id, null)
        or v_promotion.discount_type = 'credits'
        and not credits.claim_identity('code:' || v_promotion.code, v_account, v_user_id)
    then
        return (false, 'promotion_code_invalid', null, null)::public.credit_answer;
    end if;
    perform credits.forgive_code_attempt(v_user_id);
    if v_promotion.discount_type <> 'credits' then
        return (false, 'enter_code_at_purchase', null, null)::public.credit_answer;
    end if;
    v_transaction := credits.grant_code(v_account, v_promotion);
    return (
        true, null, v_transaction.amount, (credits.show_grant(v_transaction)).balance
    )::public.credit_answer;
end;
$$;

comment on function credits.redeem_code(text, uuid) is
'Redeems a code that grants credits.';

revoke all on function credits.redeem_code(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.redeem_code(text, uuid) to authenticated, service_role;
