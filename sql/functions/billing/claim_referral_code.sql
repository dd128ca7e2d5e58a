-- Notes who has referred the signed-in user, before the first purchase. A refusal is returned, so
-- that a wrong code counts as an attempt.
--
-- Returns  ok, and the credits that the first purchase will earn the caller; or message:
--          referral_code_invalid (unknown, one's own, no program, no confirmed address),
--          already_referred, already_purchased, referral_cycle.
-- Errors   42501 not_signed_in, PT429 rate_limited
-- Locks    credits.accounts: the caller's own row; claims wait for each other, so that no two make
--          a cycle; until commit.
create or replace function credits.claim_referral_code(p_code text)
returns public.credit_answer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_account credits.accounts;
    v_credits numeric;
    v_referrer_id uuid;
    v_problem text;
begin
    v_account := credits.lock_account(v_user_id);
    perform credits.count_code_attempt(v_user_id);
    perform pg_advisory_xact_lock(hashtextextended('credits.referrals', 0));
    select c.referrer_id, p.referee_credits into v_referrer_id, v_credits
    from credits.referral_codes as c
    inner join credits.catalogs as p
        on p.version = credits.version_at(clock_timestamp()) and p.referrer_credits is not null
    where
        c.code = credits.promotion_code(p_code)
        and not credits.is_same_person(c.referrer_id, v_user_id)
        and credits.confirmed_email(v_user_id) is not null;
    if not found then
        return (false, 'referral_code_invalid', null, null)::public.credit_answer;
    end if;
    perform credits.forgive_code_attempt(v_user_id);
    -- Written, so that an older snapshot is 40001, and does not overlook another claim.
    update credits.referral_codes as c
    set created_at = c.created_at
    where c.referrer_id in (v_user_id, v_referrer_id);
    v_problem := credits.referral_problem(v_account, v_referrer_id);
    if v_problem is not null then
        return (false, v_problem, null, null)::public.credit_answer;
    end if;
    perform credits.touch_account(v_user_id);
    insert into credits.referrals (referee_id, referrer_id, claimed_at)
    values (v_user_id, v_referrer_id, clock_timestamp())
    on conflict (referee_id) do nothing;
    return (
        true, null, v_credits, v_account.balance
    )::public.credit_answer;
end;
$$;

comment on function credits.claim_referral_code(text) is
'Notes who has referred the signed-in user.';

revoke all on function credits.claim_referral_code(text)
from public, anon, authenticated, service_role;
grant execute on function credits.claim_referral_code(text) to authenticated;
