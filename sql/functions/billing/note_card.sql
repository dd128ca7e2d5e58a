-- Notes a card with which an account has paid. Who has referred whom with the same card has earned
-- nothing: such a referral is void, whenever it is told.
--
-- p_account_id   null for an account that is not ours.
-- p_fingerprint  the provider's name of the card, the same for all customers.
-- Returns  applied, or ignored: known already, no card, no account of ours.
-- Locks    credits.accounts: the payer's row, who referred the payer and whom the payer referred,
--          in id order; until commit. A new card is rare.
create or replace function credits.note_card(
    p_provider text,
    p_account_id uuid,
    p_fingerprint text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_referral credits.referrals;
begin
    if p_fingerprint is null or not exists (
        select from credits.accounts as a where a.id = p_account_id
    ) then
        return ('ignored', 'no card of an account of ours', null)::credits.outcome;
    elsif exists (
        select from credits.cards as c
        where
            c.account_id = p_account_id
            and c.provider = p_provider
            and c.fingerprint = p_fingerprint
    ) then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    -- All of them, whatever cards they have: another's card may be on its way as well.
    perform credits.lock_accounts(p_account_id || array(
        select unnest(array[r.referee_id, r.referrer_id])
        from credits.referrals as r
        where p_account_id in (r.referee_id, r.referrer_id) and not r.is_void
    ));
    insert into credits.cards (account_id, provider, fingerprint)
    values (p_account_id, p_provider, p_fingerprint)
    on conflict (account_id, provider, fingerprint) do nothing;
    for v_referral in
        update credits.referrals as r
        set is_void = true
        where
            p_account_id in (r.referee_id, r.referrer_id)
            and not r.is_void
            and credits.shares_card(r.referee_id, r.referrer_id)
        returning r.*
    loop
        if v_referral.payment_id is not null then
            perform credits.settle_returns(
                v_referral.referee_id, v_referral.provider, v_referral.payment_id
            );
        end if;
    end loop;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_card(text, uuid, text) is
'Notes a card with which an account has paid.';

revoke all on function credits.note_card(text, uuid, text)
from public, anon, authenticated, service_role;
