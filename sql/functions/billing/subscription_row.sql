-- A subscription of a locked account; one that nothing is known of yet is entered as incomplete.
create or replace function credits.subscription_row(
    p_account_id uuid,
    p_provider text,
    p_subscription_id text
)
returns credits.subscriptions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subscription credits.subscriptions;
begin
    insert into credits.subscriptions (account_id, provider, id, livemode, status)
    values (
        p_account_id, p_provider, p_subscription_id, credits.livemode(p_provider), 'incomplete'
    )
    on conflict (account_id, provider, id) do nothing;
    select s.* into strict v_subscription
    from credits.subscriptions as s
    where
        s.account_id = p_account_id and s.provider = p_provider and s.id = p_subscription_id;
    return v_subscription;
end;
$$;

comment on function credits.subscription_row(uuid, text, text) is
'A subscription of a locked account, entered where nothing is known of it yet.';

revoke all on function credits.subscription_row(uuid, text, text)
from public, anon, authenticated, service_role;
