-- The subscription that a user wants to end with its period, and the idempotency key of the call
-- that says so to the provider: kept before the call, until the subscription is told to go on.
--
-- Errors   PT404 account_not_found, subscription_not_found, 42501 user_unknown
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.request_cancel(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text
)
returns table (account_id uuid, subscription_id text, provider_key uuid)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(
        credits.authorize_user(credits.check_user(p_user_id), p_account_id, 'manage')
    );
begin
    return query
    update credits.subscriptions as s
    set cancel_key = coalesce(s.cancel_key, gen_random_uuid())
    where
        s.account_id = v_account.id
        and s.provider = p_provider
        and s.id = (
            select l.id
            from credits.subscriptions as l
            where
                l.account_id = v_account.id
                and l.provider = p_provider
                and l.livemode = credits.livemode(p_provider)
                and not credits.is_over(l.status)
                and l.status <> 'incomplete'
            order by l.id = v_account.plan_subscription_id desc nulls last, l.created_at, l.id
            limit 1
        )
    returning s.account_id, s.id, s.cancel_key;
    if not found then
        raise exception 'subscription_not_found' using
            errcode = 'PT404',
            hint = 'This account has no subscription to cancel.';
    end if;
end;
$$;

comment on function credits.request_cancel(uuid, uuid, text) is
'The subscription that a user wants to end with its period.';

revoke all on function credits.request_cancel(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.request_cancel(uuid, uuid, text) to credits_edge, service_role;
