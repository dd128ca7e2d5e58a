-- The referral code of the signed-in user, made on its first use, and what it has earned.
--
-- Returns  url_suffix: what a link to the application ends with. credits_earned: rewards less what
--          went back of them.
-- Errors   42501 not_signed_in
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.referral_code()
returns public.credit_referral
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_code text;
    v_shown public.credit_referral;
begin
    perform credits.lock_account(v_user_id);
    loop
        select c.code into v_code
        from credits.referral_codes as c
        where c.referrer_id = v_user_id;
        exit when found;
        insert into credits.referral_codes (code, referrer_id)
        values (upper(left(md5(gen_random_uuid()::text), 8)), v_user_id)
        on conflict do nothing;
    end loop;
    select
        v_code,
        '?ref=' || v_code,
        count(*),
        count(e.credits),
        coalesce(sum(e.credits), 0)
    into v_shown
    from credits.referrals as r
    left join lateral (
        select sum(g.amount - coalesce(c.amount, 0)) as credits
        from credits.grants as g
        left join lateral (
            select sum(b.amount - b.reinstated) as amount
            from credits.clawbacks as b
            where b.account_id = g.account_id and b.grant_id = g.id
        ) as c on true
        where
            g.account_id = v_user_id
            and g.source = 'referral'
            and g.reference = credits.referral_reference(r.referee_id)
        having sum(g.amount - coalesce(c.amount, 0)) > 0
    ) as e on true
    where r.referrer_id = v_user_id;
    return v_shown;
end;
$$;

comment on function credits.referral_code() is
'The referral code of the signed-in user, and what it has earned.';

revoke all on function credits.referral_code() from public, anon, authenticated, service_role;
grant execute on function credits.referral_code() to authenticated;
