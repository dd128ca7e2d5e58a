-- Grants one side's reward of a referral; a closed account gets none.
--
-- Locks    none of its own: the caller has locked the accounts.
create or replace function credits.grant_reward(
    p_account_id uuid,
    p_referral credits.referrals,
    p_credits numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_reference text := credits.referral_reference(p_referral.referee_id);
begin
    if p_credits > 0 and v_account.status <> 'closed' then
        perform credits.post_grant(
            v_account, 'referral', p_credits, 'system', v_reference,
            credits.request_hash(jsonb_build_array('referral', v_reference)),
            p_reference => v_reference,
            p_description => 'Reward of a referral'
        );
    end if;
end;
$$;

comment on function credits.grant_reward(uuid, credits.referrals, numeric) is
'Grants one side''s reward of a referral.';

revoke all on function credits.grant_reward(uuid, credits.referrals, numeric)
from public, anon, authenticated, service_role;
