-- Who has referred an account; null when nobody has.
create or replace function credits.referrer_of(p_account_id uuid)
returns uuid
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select r.referrer_id
    from credits.referrals as r
    where r.referee_id = p_account_id;
$$;

comment on function credits.referrer_of(uuid) is
'Who has referred an account.';

revoke all on function credits.referrer_of(uuid) from public, anon, authenticated, service_role;
