-- Why somebody cannot be referred by an account: null when it is possible, or done already.
--
-- Locks    credits.identities: one row, until commit.
create or replace function credits.referral_problem(
    p_account credits.accounts,
    p_referrer_id uuid
)
returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old_id uuid;
begin
    select r.referrer_id into v_old_id
    from credits.referrals as r
    where r.referee_id = p_account.id;
    if found then
        return case when v_old_id is distinct from p_referrer_id then 'already_referred' end;
    elsif exists (
        select from credits.payments as p
        where p.account_id = p_account.id and p.amount_cents > 0
    ) then
        return 'already_purchased';
    elsif exists (
        with recursive ancestors as (
            select p_referrer_id as id
            union
            select r.referrer_id
            from credits.referrals as r
            inner join ancestors as a on r.referee_id = a.id
        )

        select from ancestors as a where a.id = p_account.id
    ) then
        return 'referral_cycle';
    elsif not credits.claim_identity('referral', p_account) then
        return 'already_referred';
    end if;
    return null;
end;
$$;

comment on function credits.referral_problem(credits.accounts, uuid) is
'Why somebody cannot be referred by an account.';

revoke all on function credits.referral_problem(credits.accounts, uuid)
from public, anon, authenticated, service_role;
