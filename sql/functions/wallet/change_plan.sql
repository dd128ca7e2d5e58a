-- Changes an account's plan, once per key.
--
-- An upgrade before the first use tops the welcome credits up to the higher plan's. A higher
-- allowance is topped up for the running period; a lower one counts from the next. The change is
-- kept as a transaction of no credits under the caller's key; what the plan grants has its own.
--
-- Errors   22023 unknown_plan, invalid_key, PT404 account_not_found, PT409 idempotency_key_reused,
--          plan_is_subscribed, PT403 account_closed
-- Locks    credits.catalogs against a new catalog, then credits.accounts: one row; until commit.
create or replace function credits.change_plan(p_account_id uuid, p_plan text, p_key text)
returns public.credit_plan_change
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_request bytea := credits.request_hash(jsonb_build_array('change_plan', p_plan));
    v_account credits.accounts;
    v_old_plan text;
    v_granted numeric;
    v_transaction credits.transactions;
begin
    p_key := credits.check_texts(p_key, null, null, null, null);
    perform credits.share_catalog();
    v_account := credits.lock_account(p_account_id);
    v_transaction := credits.find_transaction(v_account, 'service', p_key, v_request);
    if v_transaction.id is null then
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account has no plan to change.';
        elsif v_account.plan_subscription_id is not null then
            raise exception 'plan_is_subscribed' using
                errcode = 'PT409',
                detail = jsonb_build_object('plan', v_account.plan)::text,
                hint = 'A subscription pays for this plan: change or cancel the subscription.';
        end if;
        v_old_plan := v_account.plan;
        v_granted := credits.assign_plan(v_account, credits.plan_in_force(p_plan));
        v_transaction := credits.post_transaction(
            credits.lock_account(p_account_id), 'adjustment', 0, 'service', p_key, v_request,
            p_grants => '{}',
            p_description => 'Plan changed to ' || p_plan,
            p_metadata => jsonb_build_object(
                'old_plan', v_old_plan, 'new_plan', p_plan, 'granted', v_granted
            )
        );
    end if;
    return (
        v_transaction.metadata ->> 'old_plan', v_transaction.metadata ->> 'new_plan',
        v_transaction.metadata ->> 'granted'
    )::public.credit_plan_change;
end;
$$;

comment on function credits.change_plan(uuid, text, text) is
'Changes an account''s plan, once per key.';

revoke all on function credits.change_plan(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.change_plan(uuid, text, text) to service_role;
