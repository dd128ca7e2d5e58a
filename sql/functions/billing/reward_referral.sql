-- Rewards a referral with its referee's first settled payment that is large enough: both, unless
-- the referrer has had as many rewards as there are. What goes back of that payment takes them
-- back; see due_returns.
--
-- Locks    none of its own: the caller has locked the accounts by lock_payer.
create or replace function credits.reward_referral(p_payment credits.payments)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs;
    v_referral credits.referrals;
begin
    select c.* into v_catalog
    from credits.catalogs as c
    where c.version = credits.version_at(clock_timestamp());
    update credits.referrals as r
    set
        provider = p_payment.provider,
        payment_id = p_payment.id,
        rewarded_at = clock_timestamp(),
        is_void = credits.shares_card(r.referee_id, r.referrer_id)
    where
        r.referee_id = p_payment.account_id
        and r.payment_id is null
        and not r.is_void
        and p_payment.amount_cents > 0
        and p_payment.amount_cents >= coalesce(v_catalog.referral_minimum_cents, 0)
        and v_catalog.referrer_credits is not null
    returning r.* into v_referral;
    if not found or v_referral.is_void then
        return;
    end if;
    perform credits.grant_reward(v_referral.referee_id, v_referral, v_catalog.referee_credits);
    if coalesce(v_catalog.referral_maximum_rewards >= (
        select count(*)
        from credits.referrals as r
        where r.referrer_id = v_referral.referrer_id and r.rewarded_at is not null
    ), true) then
        perform credits.grant_reward(
            v_referral.referrer_id, v_referral, v_catalog.referrer_credits
        );
    end if;
end;
$$;

comment on function credits.reward_referral(credits.payments) is
'Rewards a referral with its referee''s first settled payment.';

revoke all on function credits.reward_referral(credits.payments)
from public, anon, authenticated, service_role;
