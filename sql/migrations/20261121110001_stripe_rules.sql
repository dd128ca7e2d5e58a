insert into credits.migrations (id, parent_id) values ('20261121110001', '20261121110000');
select set_config('lock_timeout', '4s', true);

-- Bodies in plain SQL may name what comes further down; the tests check every one.
select set_config('check_function_bodies', 'off', true);

-- source: sql/functions/ledger/change_debt.sql sha256:4fcb857a5e8d258765a210d0548c29b47fc40a6039c04779acb179364b0dde7c
-- Moves an account's debt: what a refund or a chargeback could not take back.
--
-- The transaction that belongs to it says so: its metadata has "debt_change", from which
-- check_credit_integrity derives the debt again.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.change_debt(p_account_id uuid, p_change numeric)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.accounts as a
    set debt = trim_scale(a.debt + p_change)
    where a.id = p_account_id and p_change <> 0;
end;
$$;

comment on function credits.change_debt(uuid, numeric) is
'Moves an account''s debt.';

revoke all on function credits.change_debt(uuid, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/check_page_size.sql sha256:4ec86cf82635f0f212cd4c8056e52625f33cdf7769dca15412318b11053f34eb
-- Refuses a page that is not 1 to 200 rows.
--
-- Errors   22023 invalid_page_size
create or replace function credits.check_page_size(p_page_size integer)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_page_size is null or p_page_size not between 1 and 200 then
        raise exception 'invalid_page_size' using
            errcode = '22023',
            detail = jsonb_build_object('minimum', 1, 'maximum', 200)::text,
            hint = 'A page has 1 to 200 rows.';
    end if;
end;
$$;

comment on function credits.check_page_size(integer) is
'Refuses a page that is not 1 to 200 rows.';

revoke all on function credits.check_page_size(integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/expire_grants.sql sha256:ebe4110d73746be8cd920fefcc5a2158c776bf9a48b012499355721486eaaee2
-- Takes what has expired out of a locked account's grants, one transaction a grant.
--
-- p_at     what expires until then is due; the transactions are stamped with the time of now.
-- Returns  the account's row as it stands afterwards.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.expire_grants(p_account credits.accounts, p_at timestamptz)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_due record;
begin
    for v_due in
        select
            g.id,
            case
                when g.id = p_account.head_grant_id then p_account.head_remaining
                else g.remaining
            end as amount
        from credits.grants as g
        where
            g.account_id = p_account.id
            and g.expires_at <= p_at
            and (g.remaining > 0 or g.id = p_account.head_grant_id and p_account.head_remaining > 0)
        order by g.expires_at, g.id
    loop
        perform credits.post_transaction(
            credits.take_credits(p_account, v_due.id, v_due.amount),
            'expiry', -v_due.amount, 'system', 'expiry:' || v_due.id,
            credits.request_hash(jsonb_build_array('expire_grant', v_due.id)),
            p_grants => jsonb_build_object(v_due.id, v_due.amount)
        );
        select a.* into strict p_account from credits.accounts as a where a.id = p_account.id;
    end loop;

    update credits.accounts as a
    set next_expiry_at = coalesce(
        (
            select min(g.expires_at)
            from credits.grants as g
            where
                g.account_id = a.id
                and (g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0)
        ),
        'infinity'
    )
    where a.id = p_account.id
    returning a.* into strict p_account;
    return p_account;
end;
$$;

comment on function credits.expire_grants(credits.accounts, timestamptz) is
'Expires the due grants of a locked account and finds its next expiry.';

revoke all on function credits.expire_grants(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/post_grant.sql sha256:65548d2ef0bc883154521cdf6343a953e199d791af0ee69515d9f51a6987c715
-- Grants credits to a locked account: the grant and the transaction of the same number. They repay
-- its debt first, in a transaction of its own.
--
-- Units    p_amount: credits. p_paid_cents: what was paid for them, minor units of p_currency.
-- Errors   22023 invalid_expiry: the expiry is not in the future; 22023 balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.post_grant(
    p_account credits.accounts,
    p_source text,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_priority integer default 100,
    p_expires_at timestamptz default null,
    p_is_paid boolean default false,
    p_paid_cents bigint default null,
    p_currency text default null,
    p_reference text default null,
    p_description text default null,
    p_metadata jsonb default null,
    p_price_version integer default null
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
begin
    if p_expires_at <= p_account.last_transaction_at or p_expires_at = 'infinity' then
        raise exception 'invalid_expiry' using
            errcode = '22023',
            hint = 'Credits expire at a time in the future, or never (null).';
    end if;
    v_transaction := credits.post_transaction(
        credits.put_grant(
            p_account, p_source, p_amount, p_priority, p_expires_at, p_is_paid, p_paid_cents,
            p_currency, p_reference
        ),
        p_source, p_amount, p_scope, p_key, p_request,
        p_grants => jsonb_build_object(p_account.last_transaction_id + 1, p_amount),
        p_reference => p_reference,
        p_description => p_description,
        p_metadata => nullif(p_metadata, '{}'),
        p_price_version => p_price_version
    );
    if p_account.debt > 0 then
        perform credits.repay_debt(p_account.id, v_transaction.id);
    end if;
    return v_transaction;
end;
$$;

comment on function credits.post_grant(
    credits.accounts, text, numeric, text, text, bytea, integer, timestamptz, boolean, bigint,
    text, text, text, jsonb, integer
) is
'Grants credits to a locked account: the grant and its transaction.';

revoke all on function credits.post_grant(
    credits.accounts, text, numeric, text, text, bytea, integer, timestamptz, boolean, bigint,
    text, text, text, jsonb, integer
) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/repay_debt.sql sha256:e644303b5f1c5b54e89eb18bb954593fdb132db9930dd93a8c65da4830931bda
-- Repays an account's debt from what is available, after credits have come: debt and available
-- credits never stand side by side.
--
-- p_grant_id  the grant that brought the credits: one repayment each.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.repay_debt(p_account_id uuid, p_grant_id bigint)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_amount numeric := least(v_account.debt, v_account.balance - v_account.held);
begin
    if v_amount > 0 then
        perform credits.post_transaction(
            v_account, 'clawback', -v_amount, 'system', 'repayment:' || p_grant_id,
            credits.request_hash(jsonb_build_array('repayment', p_grant_id)),
            p_description => 'Repays debt',
            p_metadata => jsonb_build_object('debt_change', -v_amount)
        );
        perform credits.change_debt(p_account_id, -v_amount);
    end if;
end;
$$;

comment on function credits.repay_debt(uuid, bigint) is
'Repays an account''s debt from what is available.';

revoke all on function credits.repay_debt(uuid, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/show_grant.sql sha256:e8b4d20566446cb66ae5b002620c62b3e6c4f0f3efbb16674d838221bae365dc
-- A granting transaction in its public shape. Where its credits repaid debt at once, the balance is
-- the one after that.
create or replace function credits.show_grant(p_transaction credits.transactions)
returns public.credit_grant
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_balance numeric;
begin
    select t.balance_after into v_balance
    from credits.transactions as t
    where
        t.account_id = p_transaction.account_id
        and t.id = p_transaction.id + 1
        and t.scope = 'system'
        and t.key = 'repayment:' || p_transaction.id;
    v_balance := coalesce(v_balance, p_transaction.balance_after);
    return (
        p_transaction.id, p_transaction.id, p_transaction.amount, v_balance,
        p_transaction.held_after, v_balance - p_transaction.held_after
    )::public.credit_grant;
end;
$$;

comment on function credits.show_grant(credits.transactions) is
'A granting transaction in its public shape.';

revoke all on function credits.show_grant(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/take_credits.sql sha256:ab4dcfa18a9efac5068b4513a2410afcec98a5a99a574701b900cb3eeb5dabd9
-- Takes credits out of one grant of a locked account; post_transaction must follow.
--
-- Returns  the account with its head as it stands then, to be passed on.
-- Locks    none of its own: the caller has locked the account, and knows that so much remains.
create or replace function credits.take_credits(
    p_account credits.accounts,
    p_grant_id bigint,
    p_amount numeric
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_grant_id = p_account.head_grant_id and p_account.head_remaining > 0 then
        p_account.head_remaining := trim_scale(p_account.head_remaining - p_amount);
    else
        update credits.grants as g
        set remaining = trim_scale(g.remaining - p_amount)
        where g.account_id = p_account.id and g.id = p_grant_id;
    end if;
    return p_account;
end;
$$;

comment on function credits.take_credits(credits.accounts, bigint, numeric) is
'Takes credits out of one grant of a locked account.';

revoke all on function credits.take_credits(credits.accounts, bigint, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/add_credits.sql sha256:b1492c8f3c336daf43e246c4df358dedd5b6a794009b579d7dc375330a4feb6b
-- Adds credits to an account, once per key: the back end's way to grant, whatever the reason. They
-- repay its debt first.
--
-- p_source  purchase, allowance, bonus, promotion, referral, refund, adjustment or opening. Only
--           purchase counts as bought.
-- p_priority  0 to 1000, 100 by default; lower burns first.
-- Errors   22023 invalid_amount, invalid_source, invalid_priority, invalid_expiry and the limits of
--          texts, PT404 account_not_found, PT403 account_closed, PT409 idempotency_key_reused
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.add_credits(
    p_account_id uuid,
    p_amount numeric,
    p_source text,
    p_key text,
    p_expires_at timestamptz,
    p_priority integer,
    p_description text,
    p_metadata jsonb
)
returns public.credit_grant
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount numeric := credits.check_amount(p_amount);
    v_request bytea;
    v_account credits.accounts;
    v_transaction credits.transactions;
begin
    p_key := credits.check_texts(p_key, null, null, p_description, p_metadata);
    perform credits.check_grant_terms(p_source, p_priority);
    v_request := credits.request_hash(jsonb_build_array(
        'add', v_amount, p_source, extract(epoch from p_expires_at), coalesce(p_priority, 100),
        p_description,
        coalesce(p_metadata, '{}')
    ));
    v_account := credits.lock_account(p_account_id);
    v_transaction := credits.find_transaction(p_account_id, 'service', p_key, v_request);
    if v_transaction.id is null then
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account takes no credits.';
        end if;
        v_transaction := credits.post_grant(
            v_account, p_source, v_amount, 'service', p_key, v_request,
            p_priority => coalesce(p_priority, 100),
            p_expires_at => p_expires_at,
            p_is_paid => p_source = 'purchase',
            p_description => p_description,
            p_metadata => p_metadata
        );
    end if;
    return credits.show_grant(v_transaction);
end;
$$;

comment on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) is
'Adds credits to an account, once per key.';

revoke all on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) from public, anon, authenticated, service_role;
grant execute on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) to service_role;

-- source: sql/functions/wallet/assign_plan.sql sha256:0dd3c30ff9328421eab34cd3f6e2b92533f7cc261b60da22e33d57e75ede711d
-- Puts a locked account on a plan and gives what the plan gives at once: the welcome credits that
-- are still due, and this period's allowance less what was granted for it.
--
-- The account's periods are counted in months from the first plan with an allowance, for good: to
-- leave a plan and come back is no way to a second allowance.
--
-- p_subscription_id  the subscription that pays for the plan: its allowances come with its paid
--                    invoices, and the account's own periods rest.
-- Returns  the credits granted.
-- Locks    none of its own: the caller has locked the account.
drop function if exists credits.assign_plan(credits.accounts, credits.plans);
create or replace function credits.assign_plan(
    p_account credits.accounts,
    p_plan credits.plans,
    p_subscription_id text default null
)
returns numeric
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_renewed boolean := p_plan.monthly_credits > 0 and p_subscription_id is null;
    v_welcome numeric := credits.welcome_due(p_account, p_plan.welcome_credits);
begin
    update credits.accounts as a
    set
        plan = p_plan.code,
        monthly_spend_cap = p_plan.monthly_spend_cap,
        plan_subscription_id = p_subscription_id,
        period_anchor_at = case
            when v_is_renewed then coalesce(a.period_anchor_at, clock_timestamp())
            else a.period_anchor_at
        end,
        period_end_at = case when v_is_renewed then a.period_end_at end
    where a.id = p_account.id;

    if v_welcome > 0 then
        perform credits.post_grant(
            p_account, 'welcome', v_welcome, 'system',
            'welcome:' || p_plan.code || ':' || p_plan.version,
            credits.request_hash(jsonb_build_array('welcome', p_plan.code)),
            p_description => 'Welcome credits of the plan ' || p_plan.name,
            p_price_version => p_plan.version
        );
    end if;
    if v_is_renewed then
        return v_welcome + credits.renew_allowance(
            credits.lock_account(p_account.id), p_plan, clock_timestamp()
        );
    end if;
    return v_welcome;
end;
$$;

comment on function credits.assign_plan(credits.accounts, credits.plans, text) is
'Puts a locked account on a plan and grants what the plan gives at once.';

revoke all on function credits.assign_plan(credits.accounts, credits.plans, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/change_plan.sql sha256:55bb4c73dfa848dd051c7e159c00c9f23569b0f8488e80992ea17d3ac078444c
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
    v_transaction := credits.find_transaction(p_account_id, 'service', p_key, v_request);
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

-- source: sql/functions/wallet/get_balance.sql sha256:21aad5e7a624968d31e3bd5571f0911aacbe87609da4d2795315ba03748793ee
-- What an account holds now.
--
-- Units    credits. expiring_credits: those that expire soonest, at expires_at. subscription: see
--          show_subscription.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required
create or replace function credits.get_balance(p_account_id uuid)
returns public.credit_balance
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_expiring record;
    v_subscription jsonb := credits.show_subscription(v_account.id);
begin
    select g.expires_at, sum(g.remaining) as remaining into v_expiring
    from credits.open_grants(v_account) as g
    where g.expires_at > clock_timestamp()
    group by g.expires_at
    order by g.expires_at
    limit 1;
    return (
        v_account.id, v_account.owner_id, v_account.status, v_account.plan, v_account.balance,
        v_account.held, v_account.balance - v_account.held, v_account.debt,
        v_account.total_purchased, v_account.total_spent, v_account.balance - v_account.held,
        v_account.status, v_subscription,
        (v_subscription ->> 'next_billing_at')::timestamptz, v_account.low_balance,
        v_expiring.remaining, v_expiring.expires_at
    )::public.credit_balance;
end;
$$;

comment on function credits.get_balance(uuid) is
'What an account holds now.';

revoke all on function credits.get_balance(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_balance(uuid) to authenticated, service_role;

-- source: sql/functions/wallet/get_summary.sql sha256:f6cd98498f0de0a658d27590d86ec36da281d14fc888b2b6242b438fffa9ff9d
-- An account in one object: balance, open credits by source, this month's usage by service, caps.
-- Who may not see the whole history gets the own usage, and null for the grants.
--
-- Returns  {"balance": credit_balance, "grants": {"<source>": credits},
--          "usage": {"since": time, "credits": total, "services": {"<service>": credits}},
--          "caps": {"monthly_spend_cap", "spent", "resets_at"},
--          "subscription": see show_subscription}
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required
create or replace function credits.get_summary(p_account_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_month timestamptz
        := credits.month_of(v_account.last_transaction_at)::timestamp at time zone 'UTC';
    v_only_user_id uuid := credits.only_own_user_id(v_account.id);
    v_grants jsonb;
    v_services jsonb;
    v_spent numeric;
begin
    select coalesce(jsonb_object_agg(s.source, s.remaining), '{}') into strict v_grants
    from (
        select g.source, sum(g.remaining) as remaining
        from credits.open_grants(v_account) as g
        where g.expires_at is null or g.expires_at > clock_timestamp()
        group by g.source
    ) as s;

    select
        coalesce(jsonb_object_agg(s.service, s.spent), '{}'),
        coalesce(sum(s.spent), 0)
    into strict v_services, v_spent
    from (
        select coalesce(t.service, '') as service, -sum(t.amount) as spent
        from credits.transactions as t
        where
            t.account_id = v_account.id
            and t.type = 'usage'
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and t.id > coalesce((
                select l.id
                from credits.transactions as l
                where l.account_id = v_account.id and l.created_at < v_month
                order by l.id desc
                limit 1
            ), 0)
        group by coalesce(t.service, '')
    ) as s;

    return jsonb_build_object(
        'balance', to_jsonb(credits.get_balance(v_account.id)),
        'grants', case when v_only_user_id is null then v_grants end,
        'usage', jsonb_build_object(
            'since', v_month, 'credits', v_spent, 'services', v_services
        ),
        'caps', jsonb_build_object(
            'monthly_spend_cap', v_account.monthly_spend_cap,
            'spent', credits.month_spent(v_account),
            'resets_at', credits.month_end(v_account.last_transaction_at)
        ),
        'subscription', credits.show_subscription(v_account.id)
    );
end;
$$;

comment on function credits.get_summary(uuid) is
'An account''s balance, grants, usage of the month and caps in one object.';

revoke all on function credits.get_summary(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_summary(uuid) to authenticated, service_role;

-- source: sql/functions/wallet/list_transactions.sql sha256:6923972d2c91b6e97a001f9ce169a30136b2fa24c1a050d7877e8064b25c8d48
-- An account's transactions, newest first, a page at a time. Members and viewers see the own ones.
--
-- p_type       a type, or the plain word for some.
-- p_before     the last id of the page before.
-- p_page_size  1 to 200.
-- Errors       42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--              invalid_page_size
create or replace function credits.list_transactions(
    p_account_id uuid,
    p_type text,
    p_service text,
    p_since timestamptz,
    p_until timestamptz,
    p_before bigint,
    p_page_size integer
)
returns setof public.credit_transaction
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_types text[] := credits.types_called(p_type);
begin
    perform credits.check_page_size(p_page_size);
    perform credits.read_account(v_account_id);
    return query
    select s.*
    from (
        select t.*
        from credits.transactions as t
        where
            t.account_id = v_account_id
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and (p_before is null or t.id < p_before)
            and (p_type is null or t.type = any(v_types))
            and (p_service is null or t.service = p_service)
            and (p_since is null or t.created_at >= p_since)
            and (p_until is null or t.created_at < p_until)
        order by t.id desc
        limit p_page_size
    ) as t
    cross join lateral credits.show_transaction(t) as s
    order by s.id desc;
end;
$$;

comment on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'An account''s transactions, newest first, a page at a time.';

revoke all on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;

-- source: sql/functions/pricing/catalog_keys.sql sha256:090330a4a1d33794ac1e72e2a25d3ac4b2f954c24c68e0dec992b3bfebe43331
-- The keys that each kind of object of a catalog may have: see catalog_objects.
create or replace function credits.catalog_keys(p_kind text)
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case p_kind
        when 'catalog' then array[
            'code', 'name', 'currency', 'list_price_per_credit', 'base_price_per_credit',
            'effective_at', 'rounding', 'markup', 'custom_quantity', 'fees', 'cost_source',
            'subscriptions'
        ]
        when 'rounding' then array['places', 'mode']
        when 'markup' then array['models', 'services', 'packages']
        when 'custom_quantity' then array['minimum', 'maximum', 'bulk_tiers']
        when 'bulk_tier' then array['from', 'discount_percent']
        when 'fees' then array[
            'method', 'processor_percent', 'processor_fixed_cents', 'platform_fixed_cents'
        ]
        when 'subscriptions' then array['upgrade', 'downgrade', 'grace_hours']
        when 'cost_source' then array['name', 'version', 'sha256']
        when 'plan' then array[
            'code', 'name', 'price_cents', 'billing_interval', 'monthly_credits',
            'welcome_credits', 'rollover_months', 'monthly_spend_cap', 'discount_percent',
            'features', 'contact_only', 'trial_days', 'trial_credits'
        ]
        when 'package' then array[
            'code', 'name', 'credits', 'bonus_credits', 'price_cents', 'cost_cents', 'features'
        ]
        when 'service' then array[
            'code', 'description', 'unit', 'unit_size', 'meter', 'credits', 'cost', 'base', 'tools',
            'meters', 'free', 'whole_units', 'minimum_credits', 'maximum_credits', 'rounding'
        ]
        when 'meter' then array['unit', 'unit_size', 'credits', 'cost']
        when 'model' then array[
            'code', 'name', 'description', 'provider', 'tier', 'source', 'deprecated_at',
            'context_tokens', 'max_output_tokens', 'capabilities', 'free', 'minimum_credits',
            'maximum_credits', 'rounding', 'credits_per_1k_tokens', 'credits_per_1m_tokens', 'cost'
        ]
        when 'token_prices' then array[
            'input', 'output', 'cached', 'cache_write', 'reasoning', 'above'
        ]
        when 'token_tier' then array[
            'context_tokens', 'input', 'output', 'cached', 'cache_write', 'reasoning'
        ]
    end
$$;

comment on function credits.catalog_keys(text) is
'The keys that a catalog''s objects may have.';

revoke all on function credits.catalog_keys(text) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_objects.sql sha256:8d152936f51f78400670a910587ae30bf0980adaca30b7c7e76513eba2b9f7d1
-- A catalog's objects at every depth: the items, and what is nested in them.
--
-- Returns  kind: what catalog_keys knows. code: of the item that it is in, for messages.
create or replace function credits.catalog_objects(p_catalog jsonb)
returns table (kind text, code text, object jsonb)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with items as (
        select i.kind, i.code, i.item from credits.catalog_items(p_catalog) as i
    ),

    token_lists as (
        select i.code, l.prices
        from items as i
        cross join lateral (
            values (i.item -> 'credits_per_1m_tokens'), (i.item -> 'cost')
        ) as l (prices)
        where i.kind = 'model' and l.prices is not null
    )

    select i.kind, i.code, i.item from items as i
    union all
    select n.kind, i.code, i.item -> n.kind
    from items as i
    inner join (
        values
        ('catalog', 'rounding'), ('catalog', 'markup'), ('catalog', 'custom_quantity'),
        ('catalog', 'fees'), ('catalog', 'cost_source'), ('catalog', 'subscriptions'),
        ('service', 'rounding'), ('model', 'rounding')
    ) as n (parent, kind) on i.kind = n.parent and i.item ? n.kind
    union all
    select 'bulk_tier', p_catalog ->> 'code', b.tier
    from jsonb_array_elements(
        coalesce(p_catalog #> '{custom_quantity,bulk_tiers}', '[]')
    ) as b (tier)
    union all
    select 'meter', i.code || ' ' || m.key, m.value
    from items as i
    cross join lateral jsonb_each(coalesce(i.item -> 'meters', '{}')) as m
    union all
    select 'token_prices', t.code, t.prices from token_lists as t
    union all
    select 'token_tier', t.code, a.tier
    from token_lists as t
    cross join lateral jsonb_array_elements(coalesce(t.prices -> 'above', '[]')) as a (tier)
$$;

comment on function credits.catalog_objects(jsonb) is
'A catalog''s objects at every depth.';

revoke all on function credits.catalog_objects(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_problem.sql sha256:a4d010ca5bc47b38baaa191e1c03b05cec0165d3084906b77e24c1ec62aa159c
-- What is wrong with a catalog that its tables would not refuse: a key that means nothing here (a
-- misspelt price must not vanish), a code used twice, or a price that price_problem finds.
--
-- Returns  the first problem, null when there is none. A wrong shape raises a data exception.
create or replace function credits.catalog_problem(p_catalog jsonb)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text;
begin
    select format('%s %s: unknown key %s', o.kind, o.code, k.key) into v_problem
    from credits.catalog_objects(p_catalog) as o
    cross join lateral jsonb_object_keys(o.object) as k (key)
    where not k.key = any(credits.catalog_keys(o.kind))
    limit 1;
    if found then
        return v_problem;
    end if;

    select format('%s is used twice', c.code) into v_problem
    from credits.catalog_items(p_catalog) as c
    group by case when c.kind = 'model' then 'service' else c.kind end, c.code
    having count(*) > 1
    limit 1;
    if found then
        return v_problem;
    end if;

    select w.problem into v_problem
    from (
        values
        ('null is no value', jsonb_path_exists(p_catalog, '$.** ? (@ == null)')),
        ('effective_at: a time with its offset', p_catalog ->> 'effective_at'
        !~ '^\d{4}-\d\d-\d\d[T ][0-9:.]+([+-]\d\d(:?\d\d)?|Z)$'),
        ('deprecated_at: a date', exists (
            select from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]')) as m (item)
            where m.item ->> 'deprecated_at' !~ '^\d{4}-\d\d-\d\d$'
        )),
        ('capabilities: one that is not known', exists (
            select
            from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]')) as m (item)
            cross join lateral jsonb_array_elements_text(
                coalesce(m.item -> 'capabilities', '[]')
            ) as c (name)
            where not c.name = any(credits.capabilities())
        )),
        ('markup: a fraction from 0 to 1000', exists (
            select from jsonb_each_text(coalesce(p_catalog -> 'markup', '{}')) as m
            where not coalesce(m.value::numeric between 0 and 1000, false)
        )),
        ('rounding: places from 0 to 9, and the mode half_up or up', not coalesce(
            (p_catalog #>> '{rounding,places}')::integer between 0 and 9, true
        ) or p_catalog #>> '{rounding,mode}' not in ('half_up', 'up')),
        ('subscriptions: one of upgrade and downgrade must wait for the renewal', coalesce(
            p_catalog #>> '{subscriptions,downgrade}' = 'now'
            and p_catalog #>> '{subscriptions,upgrade}' is distinct from 'renewal',
            false
        )),
        ('fees: no method', p_catalog ? 'fees' and p_catalog #> '{fees,method}' is null)
    ) as w (problem, is_so)
    where w.is_so
    limit 1;
    if found then
        return v_problem;
    end if;

    select format('%s: %s', s.item ->> 'code', p.problem) into v_problem
    from credits.catalog_services(p_catalog) as s
    cross join lateral credits.price_problem(s.item, p_catalog) as p (problem)
    where p.problem is not null
    limit 1;
    return v_problem;
end;
$$;

comment on function credits.catalog_problem(jsonb) is
'What is wrong with a catalog that its tables would not refuse; null when nothing is.';

revoke all on function credits.catalog_problem(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/store_catalog.sql sha256:f739bf79878af70b0294b239c27e1a9b3d38feda6dbcb4c3b8e980ad8ee6c7ff
-- Writes a catalog as a new version. The tables' own constraints are what a catalog must keep.
--
-- Locks    the new rows only; apply_catalog has locked the table.
drop function if exists credits.store_catalog(jsonb);
create or replace function credits.store_catalog(p_catalog jsonb, p_effective_at timestamptz)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := 1 + coalesce((select max(c.version) from credits.catalogs as c), 0);
begin
    insert into credits.catalogs (
        version, code, name, currency, list_price_per_credit, base_price_per_credit,
        package_markup, custom_minimum, custom_maximum,
        fee_method, processor_percent, processor_fixed_cents, platform_fixed_cents,
        upgrade, downgrade, grace_hours, content, effective_at, applied_by
    )
    values (
        v_version, p_catalog ->> 'code', p_catalog ->> 'name', p_catalog ->> 'currency',
        (p_catalog ->> 'list_price_per_credit')::numeric,
        (p_catalog ->> 'base_price_per_credit')::numeric,
        coalesce((p_catalog #>> '{markup,packages}')::numeric, 0),
        (p_catalog #>> '{custom_quantity,minimum}')::numeric,
        (p_catalog #>> '{custom_quantity,maximum}')::numeric,
        p_catalog #>> '{fees,method}',
        coalesce((p_catalog #>> '{fees,processor_percent}')::numeric, 0),
        coalesce((p_catalog #>> '{fees,processor_fixed_cents}')::bigint, 0),
        coalesce((p_catalog #>> '{fees,platform_fixed_cents}')::bigint, 0),
        coalesce(p_catalog #>> '{subscriptions,upgrade}', 'now'),
        coalesce(p_catalog #>> '{subscriptions,downgrade}', 'renewal'),
        coalesce((p_catalog #>> '{subscriptions,grace_hours}')::integer, 0),
        p_catalog, p_effective_at, credits.caller()
    )
    -- At REPEATABLE READ a version that the snapshot does not show is 40001, to be retried.
    on conflict (version) do nothing;

    insert into credits.bulk_tiers (version, from_credits, discount_percent)
    select v_version, (b.tier ->> 'from')::numeric, (b.tier ->> 'discount_percent')::numeric
    from jsonb_array_elements(
        coalesce(p_catalog #> '{custom_quantity,bulk_tiers}', '[]')
    ) as b (tier);

    perform credits.store_offers(v_version, p_catalog);
    perform credits.store_prices(v_version, p_catalog);
    return v_version;
end;
$$;

comment on function credits.store_catalog(jsonb, timestamptz) is
'Writes a catalog as a new version and returns its number.';

revoke all on function credits.store_catalog(jsonb, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/store_offers.sql sha256:a24cf0e38720f05728efffbe72530d0e28c8f323f631c3c7daf1ebf915a07f0c
-- Writes a catalog's plans and packs.
create or replace function credits.store_offers(p_version integer, p_catalog jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.plans (
        version, code, name, position, price_cents, billing_interval, monthly_credits,
        welcome_credits, rollover_months, monthly_spend_cap, discount_percent, features,
        contact_only, trial_days, trial_credits
    )
    select
        p_version, p.code, p.name, p.position, p.price_cents, p.billing_interval,
        coalesce(p.monthly_credits, 0), coalesce(p.welcome_credits, 0),
        coalesce(p.rollover_months, 0), p.monthly_spend_cap, coalesce(p.discount_percent, 0),
        coalesce(p.features, '[]'), coalesce(p.contact_only, false),
        coalesce(p.trial_days, 0), coalesce(p.trial_credits, 0)
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'plans', '[]')) as (
            code text, name text, price_cents bigint, billing_interval text,
            monthly_credits numeric, welcome_credits numeric, rollover_months integer,
            monthly_spend_cap numeric, discount_percent numeric, features jsonb,
            contact_only boolean, trial_days integer, trial_credits numeric
        )
    ) with ordinality as p (
        code, name, price_cents, billing_interval, monthly_credits, welcome_credits,
        rollover_months, monthly_spend_cap, discount_percent, features, contact_only,
        trial_days, trial_credits, position
    );

    insert into credits.packages (
        version, code, name, position, credits, bonus_credits, price_cents, cost_cents, features
    )
    select
        p_version, p.code, p.name, p.position, p.credits, coalesce(p.bonus_credits, 0),
        p.price_cents, p.cost_cents, coalesce(p.features, '[]')
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'packages', '[]')) as (
            code text, name text, credits numeric, bonus_credits numeric, price_cents bigint,
            cost_cents bigint, features jsonb
        )
    ) with ordinality as p (
        code, name, credits, bonus_credits, price_cents, cost_cents, features, position
    );
end;
$$;

comment on function credits.store_offers(integer, jsonb) is
'Writes a catalog''s plans and packs.';

revoke all on function credits.store_offers(integer, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/use_catalog.sql sha256:1138b29e0c60fde2ef1e0274e9e8499a14d0612f50bfffb10f2108715006ad3f
-- Fits the accounts to a new version of the catalog: their plans, and those of subscriptions, must
-- still be there, their monthly caps are the plans', and a plan that gives monthly credits now is
-- due at the next maintenance, unless a subscription pays for it.
--
-- Errors   PT409 plan_in_use
-- Locks    credits.accounts: those that change, in id order, until commit.
create or replace function credits.use_catalog(p_version integer)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan text;
begin
    select a.plan into v_plan
    from (
        select a.plan from credits.accounts as a
        union all
        select unnest(array[s.plan, s.paid_plan])
        from credits.subscriptions as s
        where not credits.is_over(s.status)
    ) as a
    where
        a.plan is not null
        and not exists (
            select from credits.plans as p where p.version = p_version and p.code = a.plan
        )
    limit 1;
    if found then
        raise exception 'plan_in_use' using
            errcode = 'PT409',
            detail = jsonb_build_object('plan', v_plan)::text,
            hint = 'Accounts are on this plan: keep it in the catalog, or change their plan first.';
    end if;

    with due as (
        select
            a.id,
            p.monthly_spend_cap,
            p.monthly_credits > 0 and a.plan_subscription_id is null as is_renewed
        from credits.accounts as a
        inner join credits.plans as p on a.plan = p.code
        where
            p.version = p_version
            and (
                a.monthly_spend_cap is distinct from p.monthly_spend_cap
                or (a.period_end_at is not null) is distinct from (
                    p.monthly_credits > 0 and a.plan_subscription_id is null
                )
            )
        order by a.id
        for no key update of a
    )

    update credits.accounts as a
    set
        monthly_spend_cap = due.monthly_spend_cap,
        period_anchor_at = case
            when due.is_renewed then coalesce(a.period_anchor_at, now())
            else a.period_anchor_at
        end,
        period_end_at = case
            when due.is_renewed then coalesce(a.period_end_at, now())
        end
    from due
    where a.id = due.id;
end;
$$;

comment on function credits.use_catalog(integer) is
'Fits the accounts'' plans and caps to a new version of the catalog.';

revoke all on function credits.use_catalog(integer) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/account_of.sql sha256:a9cce99f7e89651c5408be56a590a8e45591fa845d6b4bb51617ce54b75e3d6a
-- The account that a provider's object belongs to: a customer, a payment, an invoice. Null for one
-- that is not ours.
create or replace function credits.account_of(p_provider text, p_object_id text)
returns uuid
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select e.account_id
    from credits.external_ids as e
    where e.provider = p_provider and e.object_id = p_object_id
$$;

comment on function credits.account_of(text, text) is
'The account that a provider''s object belongs to, null for one that is not ours.';

revoke all on function credits.account_of(text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/allowance_due.sql sha256:19006228eab8160daa385c08ff61cfff148c5904646e75d358d2de36aba3fcb5
-- The credits that an invoice gives for a part of the time: for a period its plan's monthly
-- credits, less those of other invoices for it; for a change within a period the share that was
-- paid. All invoices together give no more than the dearest plan that is paid for does, so that to
-- change up and down gives nothing twice.
create or replace function credits.allowance_due(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_start_at timestamptz,
    p_end_at timestamptz
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_own numeric := (credits.plan_in_force(p_invoice.plan)).monthly_credits;
    v_most numeric;
    v_given numeric;
    v_given_for_periods numeric;
begin
    select greatest(v_own, max((credits.plan_in_force(p.plan)).monthly_credits))
    into strict v_most
    from credits.payments as p
    where
        p.account_id = p_account_id and p.provider = p_provider
        and p.subscription_id = p_invoice.subscription_id
        and p.period_end_at = p_invoice.period_end_at
        and p.plan is not null;
    select
        coalesce(sum(a.credits), 0),
        coalesce(sum(a.credits) filter (where not a.is_prorated), 0)
    into strict v_given, v_given_for_periods
    from credits.allowances as a
    where
        a.account_id = p_account_id and a.provider = p_provider
        and a.subscription_id = p_invoice.subscription_id
        and a.starts_at < p_end_at and a.ends_at > p_start_at;
    return least(
        case
            when p_invoice.is_prorated then credits.shared_credits(p_invoice.shares)
            else v_own - v_given_for_periods
        end,
        v_most - v_given
    );
end;
$$;

comment on function credits.allowance_due(
    uuid, text, credits.paid_invoice, timestamptz, timestamptz
) is
'The credits that an invoice gives for a part of the time.';

revoke all on function credits.allowance_due(
    uuid, text, credits.paid_invoice, timestamptz, timestamptz
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/attach_customer.sql sha256:415d7c84062ca69d7f49ff5fcac0c5e6211d53072931a508f43d7c1ef4ac665a
-- Notes the customer that was created for an account; the first one stays.
--
-- Returns  the id that is kept.
-- Errors   PT404 customer_not_found: open_customer comes first; PT409 customer_taken: it is another
--          account's
-- Locks    credits.customers: one row.
create or replace function credits.attach_customer(
    p_account_id uuid,
    p_provider text,
    p_livemode boolean,
    p_customer_id text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text;
begin
    update credits.customers as c
    set id = coalesce(c.id, p_customer_id)
    where c.account_id = p_account_id and c.provider = p_provider and c.livemode = p_livemode
    returning c.id into v_id;
    if not found then
        raise exception 'customer_not_found' using
            errcode = 'PT404',
            hint = 'This account has no customer at the payment provider.';
    elsif not credits.keep_external_id(p_provider, v_id, p_account_id) then
        raise exception 'customer_taken' using
            errcode = 'PT409',
            hint = 'This customer belongs to another account.';
    end if;
    return v_id;
end;
$$;

comment on function credits.attach_customer(uuid, text, boolean, text) is
'Notes the customer that was created for an account; the first one stays.';

revoke all on function credits.attach_customer(uuid, text, boolean, text)
from public, anon, authenticated, service_role;
grant execute on function credits.attach_customer(
    uuid, text, boolean, text
) to credits_edge, service_role;

-- source: sql/functions/billing/chargeback_rank.sql sha256:2e61087a4af091b4ae3d22f8bb2fa09b6527a75fc6d13dc98886797d3f128f28
-- Which of two statuses of a chargeback that are told in the same second is the later one: an
-- inquiry, which moves no money, comes first, an end comes last. Null for one that is not known.
create or replace function credits.chargeback_rank(p_status text)
returns integer
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_status = 'warning_needs_response' then 1
        when p_status = 'warning_under_review' then 2
        when p_status = 'warning_closed' then 3
        when p_status = 'needs_response' then 4
        when p_status = 'under_review' then 5
        when p_status = 'lost' then 6
        when p_status = 'appeal_needs_response' then 7
        when p_status = 'appeal_under_review' then 8
        when p_status in ('won', 'prevented') then 9
    end
$$;

comment on function credits.chargeback_rank(text) is
'The order of statuses of a chargeback told in the same second.';

revoke all on function credits.chargeback_rank(text) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/check_livemode.sql sha256:f609f97913affe86806256a625ec5bb5be098c5b6044e33ee714a4087fec9c2c
-- Refuses a call that is made in the other of a provider's modes than the database takes.
--
-- Returns  the mode.
-- Errors   PT409 provider_mode_differs
create or replace function credits.check_livemode(p_provider text, p_livemode boolean)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_livemode is distinct from credits.livemode(p_provider) then
        raise exception 'provider_mode_differs' using
            errcode = 'PT409',
            detail = jsonb_build_object('provider', p_provider, 'livemode', p_livemode)::text,
            hint = 'Test and live keys do not mix: `pgcredits stripe sync` sets the mode.';
    end if;
    return p_livemode;
end;
$$;

comment on function credits.check_livemode(text, boolean) is
'The mode of a call, or PT409 when the database takes the other one.';

revoke all on function credits.check_livemode(text, boolean)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/check_subscribable.sql sha256:03435cbe7b676f06ac97dd62a5f09885647c899007e8612b5b4bb540ed3c69d7
-- Refuses a subscription that a locked account cannot begin.
--
-- Returns  the price of the plan at the provider.
-- Errors   22023 plan_not_sold, PT403 account_closed, PT409 plan_not_synced, already_subscribed
create or replace function credits.check_subscribable(
    p_account credits.accounts,
    p_provider text,
    p_plan credits.plans
)
returns credits.provider_prices
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_price credits.provider_prices := credits.price_at(p_provider, 'plan', p_plan.code);
begin
    if p_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif coalesce(p_plan.price_cents, 0) = 0 or p_plan.contact_only then
        raise exception 'plan_not_sold' using
            errcode = '22023',
            detail = jsonb_build_object('plan', p_plan.code)::text,
            hint = 'This plan has no price, or is sold on request.';
    elsif exists (
        select from credits.subscriptions as s
        where
            s.account_id = p_account.id
            and s.livemode = credits.livemode(p_provider)
            and not credits.is_over(s.status)
            and s.status <> 'incomplete'
    ) then
        raise exception 'already_subscribed' using
            errcode = 'PT409',
            hint = 'This account has a subscription: change its plan in the portal.';
    elsif (v_price.amount_cents, v_price.billing_interval, v_price.currency) is distinct from (
        p_plan.price_cents, p_plan.billing_interval, (credits.catalog_in_force()).currency
    ) then
        raise exception 'plan_not_synced' using
            errcode = 'PT409',
            detail = jsonb_build_object('plan', p_plan.code)::text,
            hint = 'The payment provider does not know this price yet: `pgcredits stripe sync`.';
    end if;
    return v_price;
end;
$$;

comment on function credits.check_subscribable(credits.accounts, text, credits.plans) is
'The price of a plan at the provider, or a refusal of the subscription.';

revoke all on function credits.check_subscribable(credits.accounts, text, credits.plans)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/check_topup.sql sha256:ca6172040f5ed8ef44ff0ffd0e76f76f3b40cabf6415de7144ca9ba426f4e291
-- Takes in new settings of an automatic top-up, and refuses those that cannot work. The pack must
-- bring the account above the threshold, or one crossing of it would buy twice.
--
-- Errors   PT403 account_closed, PT409 no_catalog, 22023 topup_incomplete, invalid_amount,
--          unknown_package, topup_too_small, topup_limit_too_small
create or replace function credits.check_topup(
    p_account credits.accounts,
    p_topup credits.auto_topups,
    p_threshold numeric,
    p_package text,
    p_monthly_limit_cents bigint
)
returns credits.auto_topups
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_package text := coalesce(p_package, p_topup.package);
    v_item credits.purchase_item;
    v_total_cents bigint;
begin
    p_topup.threshold := coalesce(p_threshold, p_topup.threshold);
    p_topup.monthly_limit_cents := nullif(
        coalesce(p_monthly_limit_cents, p_topup.monthly_limit_cents), -1
    );
    if p_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif num_nulls(p_topup.threshold, v_package) > 0 then
        raise exception 'topup_incomplete' using
            errcode = '22023',
            hint = 'Say below which balance, and which package to buy.';
    elsif p_topup.threshold not between 0 and 1e12
        or p_topup.threshold <> round(p_topup.threshold, 9)
    then
        raise exception 'invalid_amount' using
            errcode = '22023',
            detail = jsonb_build_object('places', 9, 'maximum', 1e12)::text,
            hint = 'A threshold is a number of credits from 0, with at most nine decimal places.';
    end if;
    v_item := credits.purchase_item(credits.catalog_in_force(), v_package, null, null);
    v_total_cents := (credits.quote_purchase(
        p_account, null, v_package, null, null, null
    ) ->> 'total_cents')::bigint;
    if v_item.credits < p_topup.threshold then
        raise exception 'topup_too_small' using
            errcode = '22023',
            detail = jsonb_build_object(
                'threshold', p_topup.threshold, 'credits', v_item.credits
            )::text,
            hint = 'Choose a package of at least as many credits as the threshold.';
    elsif p_topup.monthly_limit_cents < v_total_cents then
        raise exception 'topup_limit_too_small' using
            errcode = '22023',
            detail = jsonb_build_object('minimum', v_total_cents)::text,
            hint = 'The monthly limit must allow one package at least; -1 is no limit.';
    end if;
    p_topup.package := v_item.code;
    return p_topup;
end;
$$;

comment on function credits.check_topup(
    credits.accounts, credits.auto_topups, numeric, text, bigint
) is
'Takes in new settings of an automatic top-up, and refuses those that cannot work.';

revoke all on function credits.check_topup(
    credits.accounts, credits.auto_topups, numeric, text, bigint
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/claw_back.sql sha256:0382712472b2646afe66b696be4eb170009e3d6d385ce37d2449c5cd8fc5cf4d
-- Takes credits back of a payment's grant: what remains of it, and of what was reinstated of the
-- payment; then other credits in burn-down order. What is not there becomes debt. Credits that are
-- held are not touched.
--
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.claw_back(
    p_payment credits.payments,
    p_grant_id bigint,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_payment.account_id);
    v_own credits.burnt_grants := credits.take_own(
        v_account, p_payment.id, p_grant_id, p_amount
    );
    v_burnt credits.burnt_grants;
    v_left numeric;
    v_others numeric;
    v_debt numeric;
    v_transaction credits.transactions;
begin
    select p_amount - coalesce(sum(g.value::numeric), 0) into strict v_left
    from jsonb_each_text(v_own.grants) as g;
    v_others := least(
        v_left, v_account.balance - v_account.held - (p_amount - v_left)
    );
    v_debt := v_left - v_others;
    v_burnt := credits.burn_grants(v_own.account, v_others);
    v_transaction := credits.post_transaction(
        v_burnt.account, 'clawback', -trim_scale(p_amount - v_debt), 'system',
        'clawback:' || p_grant_id || ':' || v_account.last_transaction_id + 1,
        credits.request_hash(jsonb_build_array('clawback', p_grant_id, p_amount)),
        p_grants => v_own.grants || v_burnt.grants,
        p_reference => p_payment.id,
        p_description => 'Money went back to the buyer',
        p_metadata => jsonb_build_object('grant_id', p_grant_id, 'debt_change', v_debt)
    );
    perform credits.change_debt(p_payment.account_id, v_debt);
    insert into credits.clawbacks (
        account_id, transaction_id, grant_id, amount, debt, created_at
    )
    values (
        p_payment.account_id, v_transaction.id, p_grant_id, p_amount, v_debt,
        v_transaction.created_at
    );
end;
$$;

comment on function credits.claw_back(credits.payments, bigint, numeric) is
'Takes credits back of a payment''s grant, then of others, then as debt.';

revoke all on function credits.claw_back(credits.payments, bigint, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/delay_topup.sql sha256:ade40e67860fc11890cb109235fa0d8b64c4c9478566dc894b5a70e27092e558
-- The provider could not be reached: the attempt to top an account up stays, and is made again
-- after 1, 2, 4 ... minutes, at most an hour.
--
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.delay_topup(p_account_id uuid, p_order_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.lock_account(p_account_id);
    update credits.auto_topups as t
    set
        failures = t.failures + 1,
        next_attempt_at = clock_timestamp() + least(
            interval '1 hour', interval '1 minute' * 2 ^ least(t.failures, 6)
        )
    where
        t.account_id = p_account_id
        and exists (
            select from credits.orders as o
            where
                o.account_id = p_account_id and o.id = p_order_id and o.is_topup
                and o.status = 'open'
        );
end;
$$;

comment on function credits.delay_topup(uuid, uuid) is
'Waits with an attempt to top an account up.';

revoke all on function credits.delay_topup(uuid, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.delay_topup(uuid, uuid) to credits_edge, service_role;

-- source: sql/functions/billing/due_returns.sql sha256:e708f505cc0d87920140b2b5ac1a943c5e0930e550448546019b2689d5597acf
-- What each grant of a payment has still to give back (above 0) or to get back (below 0): its share
-- of the money that went back, to nine places, less what was taken back of it already. (A quotient
-- has as many places as its dividend, at least.)
create or replace function credits.due_returns(p_payment credits.payments)
returns table (grant_id bigint, amount numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        g.id,
        trim_scale(
            round(
                g.amount * credits.returned_cents(p_payment)::numeric(40, 20)
                / nullif(p_payment.amount_cents, 0),
                9
            ) - coalesce(
                (
                    select sum(c.amount - c.reinstated)
                    from credits.clawbacks as c
                    where c.account_id = g.account_id and c.grant_id = g.id
                ),
                0
            )
        )
    from credits.grants as g
    where
        g.account_id = p_payment.account_id
        and g.reference = p_payment.id
        and g.source in ('purchase', 'bonus', 'allowance')
        and p_payment.amount_cents > 0
    order by g.id
$$;

comment on function credits.due_returns(credits.payments) is
'What each grant of a payment has still to give or to get back.';

revoke all on function credits.due_returns(credits.payments)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/due_topups.sql sha256:0a17f3babe2715b09b0aaaf750931016a19594caf5ea8056d0503620c7c6acbb
-- The accounts that an automatic top-up is due for: those that wait longest first. open_topup
-- decides.
--
-- Errors   22023 invalid_batch_size
create or replace function credits.due_topups(p_limit integer)
returns setof uuid
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_job(statement_timestamp(), p_limit);
    return query
    select a.id
    from credits.auto_topups as t
    inner join credits.accounts as a on t.account_id = a.id
    where
        t.is_enabled
        and t.next_attempt_at <= clock_timestamp()
        -- Only what has expired unseen can be less than the row says.
        and (a.balance - a.held < t.threshold or a.next_expiry_at <= clock_timestamp())
        and credits.wants_topup(credits.read_account(a.id))
    order by t.next_attempt_at, t.changed_at
    limit p_limit;
end;
$$;

comment on function credits.due_topups(integer) is
'The accounts that an automatic top-up is due for.';

revoke all on function credits.due_topups(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.due_topups(integer) to credits_edge, service_role;

-- source: sql/functions/billing/end_order.sql sha256:69615f9a54a35707b68ccc2605eea10d92f90cfec32f4333b9690c0396e7d54a
-- Ends an open order that is not paid: its promotion's use is free again. A payment that is told
-- later pays it all the same.
--
-- p_status  expired, failed, or completed: its checkout is done, and invoices will be paid.
-- Returns   applied, or ignored for an order that is not open or unknown.
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.end_order(
    p_account_id uuid,
    p_order_id uuid,
    p_status text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from credits.accounts as a where a.id = p_account_id) then
        return ('ignored', 'unknown order', null)::credits.outcome;
    end if;
    perform credits.lock_account(p_account_id);
    update credits.orders as o
    set status = p_status
    where o.account_id = p_account_id and o.id = p_order_id and o.status = 'open';
    if not found then
        return ('ignored', 'no open order', null)::credits.outcome;
    end if;
    update credits.redemptions as r
    set lapses_at = clock_timestamp()
    where r.account_id = p_account_id and r.order_id = p_order_id;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.end_order(uuid, uuid, text) is
'Ends an open order that is not paid.';

revoke all on function credits.end_order(uuid, uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/end_topup.sql sha256:d1762541224429ebc125384486c19e88a3b13d9e5338fb4044b41fe55d40ef08
-- Ends an attempt to top an account up that was not paid, and pauses the top-up: after a decline
-- for an hour, after the next for a day, then for good; for good at once where the buyer must act.
--
-- p_reason  declined, requires_action, no_payment_method or no_customer
-- Returns   applied, or ignored for an order that is no open attempt.
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.end_topup(p_account_id uuid, p_order_id uuid, p_reason text)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_declines integer;
begin
    if not exists (
        select from credits.orders as o
        where
            o.account_id = p_account_id and o.id = p_order_id and o.is_topup
            and o.status = 'open'
    ) or (credits.end_order(p_account_id, p_order_id, 'failed')).state <> 'applied' then
        return ('ignored', 'no top-up that is under way', null)::credits.outcome;
    end if;
    update credits.auto_topups as t
    set declines = t.declines + 1, failures = 0, next_attempt_at = '-infinity'
    where t.account_id = p_account_id
    returning t.declines into strict v_declines;
    perform credits.pause_topup(
        p_account_id, p_reason,
        case
            when p_reason = 'declined' and v_declines = 1
                then clock_timestamp() + interval '1 hour'
            when p_reason = 'declined' and v_declines = 2
                then clock_timestamp() + interval '1 day'
            else 'infinity'
        end
    );
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.end_topup(uuid, uuid, text) is
'Ends an attempt to top an account up that was not paid, and pauses the top-up.';

revoke all on function credits.end_topup(uuid, uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/fail_topup.sql sha256:f8b178987720e463d60dd72161ba9b786b2ca6350fc6af38093d0713eee53ea8
-- The edge's way to say that an attempt to top an account up was not paid; rules: end_topup.
--
-- Errors   22023 invalid_reason
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.fail_topup(p_account_id uuid, p_order_id uuid, p_reason text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_reason is null or p_reason not in (
        'declined', 'requires_action', 'no_payment_method', 'no_customer'
    ) then
        raise exception 'invalid_reason' using
            errcode = '22023',
            hint = 'declined, requires_action, no_payment_method or no_customer.';
    end if;
    perform credits.end_topup(p_account_id, p_order_id, p_reason);
end;
$$;

comment on function credits.fail_topup(uuid, uuid, text) is
'Says that an attempt to top an account up was not paid.';

revoke all on function credits.fail_topup(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.fail_topup(uuid, uuid, text) to credits_edge, service_role;

-- source: sql/functions/billing/find_customer.sql sha256:9c971e29e7008e982242c31616a997d26a71b6c889e472be3b7d2c3fd060a287
-- The customer whose portal a user may open, and how the portal is configured.
--
-- Errors   PT404 account_not_found, customer_not_found, 42501 user_unknown,
--          PT409 provider_mode_differs
create or replace function credits.find_customer(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_livemode boolean
)
returns table (account_id uuid, customer_id text, portal_configuration_id text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_livemode boolean := credits.check_livemode(p_provider, p_livemode);
begin
    return query
    select c.account_id, c.id, p.portal_configuration_id
    from credits.customers as c
    inner join credits.providers as p on c.provider = p.provider
    where
        c.account_id = v_account_id and c.provider = p_provider and c.livemode = v_livemode
        and c.id is not null and c.deleted_at is null;
    if not found then
        raise exception 'customer_not_found' using
            errcode = 'PT404',
            hint = 'This account has no customer at the payment provider: buy something first.';
    end if;
end;
$$;

comment on function credits.find_customer(uuid, uuid, text, boolean) is
'The customer whose portal a user may open.';

revoke all on function credits.find_customer(uuid, uuid, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.find_customer(
    uuid, uuid, text, boolean
) to credits_edge, service_role;

-- source: sql/functions/billing/follow_subscriptions.sql sha256:7a8a7be23c0890815bc8b27c53b6f0d3b969a9df0f8fc6fb59e36d93037e55c6
-- Lets a locked account's plan follow its subscriptions.
--
-- The plan is that of what is paid, or of the trial. Where the catalog lets a downgrade count at
-- once, it is the smaller plan from the day of the change. Of several subscriptions the one of the
-- dearest plan counts. When the last one ends, the account is on the free plan, or on none.
--
-- Errors   22023 unknown_plan
-- Locks    none of its own: the caller has locked the account, and shares the catalog.
create or replace function credits.follow_subscriptions(p_account_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_next credits.subscriptions := credits.giving_subscription(p_account_id);
    v_plan credits.plans;
begin
    if v_next.id is not null then
        v_plan := credits.plan_in_force(credits.given_plan(v_next));
        if (v_account.plan, v_account.plan_subscription_id)
            is distinct from (v_plan.code::text, v_next.id)
        then
            perform credits.assign_plan(v_account, v_plan, v_next.id);
        end if;
        perform credits.grant_trial(v_next, v_plan);
    elsif v_account.plan_subscription_id is not null then
        if credits.has_free_plan() then
            perform credits.assign_plan(v_account, credits.plan_in_force('free'));
        else
            update credits.accounts as a
            set plan = null, plan_subscription_id = null, monthly_spend_cap = null
            where a.id = v_account.id;
        end if;
    end if;
end;
$$;

comment on function credits.follow_subscriptions(uuid) is
'Lets a locked account''s plan follow its subscriptions.';

revoke all on function credits.follow_subscriptions(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/forget_customer.sql sha256:b2ab35ce31c71f5330eec20ac2714a7fd68f51d342f7c681f0e8d43dd4ba00bd
-- A customer was deleted at the provider: the account gets a new one at its next purchase.
create or replace function credits.forget_customer(p_provider text, p_customer_id text)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.customers as c
    set deleted_at = clock_timestamp()
    where
        c.account_id = credits.account_of(p_provider, p_customer_id)
        and c.provider = p_provider
        and c.id = p_customer_id
        and c.deleted_at is null;
    if found then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'no customer of ours', null)::credits.outcome;
end;
$$;

comment on function credits.forget_customer(text, text) is
'Forgets a customer that was deleted at the provider.';

revoke all on function credits.forget_customer(text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/get_auto_topup.sql sha256:9c6de6a5e2dfba6e6917e839b285b19aece7dee2a1e3f6db1afc6959d898d92d
-- How an account is topped up automatically.
--
-- Units    spent_cents: this calendar month (UTC), the attempt in flight with it.
-- Returns  status: active, off or paused. paused_until_at: null when it is paused for good, until
--          set_auto_topup switches it on again.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--          PT409 no_catalog
create or replace function credits.get_auto_topup(p_account_id uuid)
returns public.credit_auto_topup
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.show_topup(
        (credits.read_account(credits.authorize_account(p_account_id, 'manage'))).id
    );
end;
$$;

comment on function credits.get_auto_topup(uuid) is
'How an account is topped up automatically.';

revoke all on function credits.get_auto_topup(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_auto_topup(uuid) to authenticated, service_role;

-- source: sql/functions/billing/get_provider.sql sha256:95bb728ac52d0180b42180545b5365ea92983f1b33340c008b016af1ef8880b0
-- What the database knows of a payment provider; no row for an unknown one.
create or replace function credits.get_provider(p_provider text)
returns setof credits.providers
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select p.* from credits.providers as p where p.provider = p_provider
$$;

comment on function credits.get_provider(text) is
'What the database knows of a payment provider.';

revoke all on function credits.get_provider(text) from public, anon, authenticated, service_role;
grant execute on function credits.get_provider(text) to credits_edge, service_role;

-- source: sql/functions/billing/given_plan.sql sha256:c5fab0f22f947ccc808bae785edca1134bad66d3d275c5a61bfeeb3d372f8661
-- The plan that a subscription gives now; null when it gives none: it is not live, or nothing is
-- paid or on trial yet. After a trial it waits for the first payment, as long as it is live.
create or replace function credits.given_plan(p_subscription credits.subscriptions)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if not credits.is_live(p_subscription.status) then
        return null;
    elsif p_subscription.paid_plan is null then
        return case when p_subscription.trial_end_at is not null then p_subscription.plan end;
    elsif p_subscription.plan <> p_subscription.paid_plan
        and (credits.catalog_in_force()).downgrade = 'now'
        and (credits.plan_in_force(p_subscription.plan)).price_cents
        < (credits.plan_in_force(p_subscription.paid_plan)).price_cents
    then
        return p_subscription.plan;
    end if;
    return p_subscription.paid_plan;
end;
$$;

comment on function credits.given_plan(credits.subscriptions) is
'The plan that a subscription gives now, null when it gives none.';

revoke all on function credits.given_plan(credits.subscriptions)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/giving_subscription.sql sha256:8016f180bc4d44d25858b03cf585a3887e7674b7759f8b7508560dccda56c2cd
-- Which of an account's subscriptions gives it its plan: the one of the dearest plan, then the
-- oldest. All null when none does.
create or replace function credits.giving_subscription(p_account_id uuid)
returns credits.subscriptions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subscription credits.subscriptions;
begin
    select s.* into v_subscription
    from credits.subscriptions as s
    where
        s.account_id = p_account_id
        and s.livemode = credits.livemode(s.provider)
        and credits.is_live(s.status)
        and credits.given_plan(s) is not null
    order by
        (credits.plan_in_force(credits.given_plan(s))).price_cents desc nulls last,
        s.created_at,
        s.id
    limit 1;
    return v_subscription;
end;
$$;

comment on function credits.giving_subscription(uuid) is
'Which of an account''s subscriptions gives it its plan.';

revoke all on function credits.giving_subscription(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/grant_allowance.sql sha256:bbd0ddb6625cdfecbecd53c88e458838efde754ad3b899c76fe0661626c1d0b1
-- Grants the credits that an invoice gives for a part of the time it has paid; see allowance_due.
-- The share of the money that went back since goes at once.
--
-- They expire with that time, or so many months later as the plan rolls over, and so many hours
-- later as the catalog waits for the next payment.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.grant_allowance(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_plan credits.plans,
    p_start_at timestamptz,
    p_end_at timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text := 'invoice:' || p_provider || ':' || p_invoice.id || ':'
        || extract(epoch from p_end_at)::bigint;
    v_due numeric := credits.allowance_due(
        p_account_id, p_provider, p_invoice, p_start_at, p_end_at
    );
    v_transaction credits.transactions;
begin
    if v_due <= 0 then
        return;
    end if;
    v_transaction := credits.post_grant(
        credits.lock_account(p_account_id), 'allowance', trim_scale(v_due), 'system', v_key,
        credits.request_hash(jsonb_build_array('allowance', v_key)),
        p_expires_at => credits.period_start(p_end_at, p_plan.rollover_months)
        + make_interval(hours => (credits.catalog_in_force()).grace_hours),
        p_reference => p_invoice.id,
        p_description => 'Monthly credits of the plan ' || p_plan.name || ' from '
        || to_char(p_start_at at time zone 'UTC', 'YYYY-MM-DD'),
        p_price_version => p_plan.version
    );
    insert into credits.allowances (
        account_id, transaction_id, provider, subscription_id, payment_id, starts_at, ends_at,
        credits, is_prorated
    )
    values (
        p_account_id, v_transaction.id, p_provider, p_invoice.subscription_id, p_invoice.id,
        p_start_at, p_end_at, v_transaction.amount, p_invoice.is_prorated
    );
    update credits.payments as p
    set transaction_id = v_transaction.id
    where
        p.account_id = p_account_id and p.provider = p_provider and p.id = p_invoice.id
        and p.transaction_id is null;
    perform credits.settle_returns(p_account_id, p_provider, p_invoice.id);
end;
$$;

comment on function credits.grant_allowance(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) is
'Grants a plan''s monthly credits for a part of the time that an invoice has paid.';

revoke all on function credits.grant_allowance(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/grant_order.sql sha256:cee01d03b1eb19a8c8602e174299bd022c35128bd55b504687cc462efb2d7297
-- Grants what an order is for: the credits bought, and the bonus, which has cost nothing.
--
-- Returns  the transaction of the credits bought.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.grant_order(p_order credits.orders, p_payment_id text)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text := 'payment:' || p_order.provider || ':' || p_payment_id;
    v_request bytea := credits.request_hash(jsonb_build_array('payment', v_key));
    v_name text := coalesce('pack ' || p_order.package, p_order.credits || ' credits');
    v_transaction credits.transactions;
begin
    v_transaction := credits.post_grant(
        credits.lock_account(p_order.account_id), 'purchase', p_order.credits, 'system', v_key,
        v_request,
        p_is_paid => p_order.total_cents > 0,
        p_paid_cents => p_order.total_cents,
        p_currency => p_order.currency,
        p_reference => p_payment_id,
        p_description => 'Purchase: ' || v_name,
        p_price_version => p_order.price_version
    );
    if p_order.bonus_credits > 0 then
        perform credits.post_grant(
            credits.lock_account(p_order.account_id), 'bonus', p_order.bonus_credits, 'system',
            v_key || ':bonus', v_request,
            p_reference => p_payment_id,
            p_description => 'Bonus: ' || v_name,
            p_price_version => p_order.price_version
        );
    end if;
    return v_transaction;
end;
$$;

comment on function credits.grant_order(credits.orders, text) is
'Grants the credits and the bonus of an order.';

revoke all on function credits.grant_order(credits.orders, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/grant_period.sql sha256:4b25081fcb5c97115ca6aef9c918b75ee625918c29e73cd76ace9defb74d2d0f
-- Grants the allowance of a paid period of a plan, as far as it is not over at p_at: all of it for
-- a month, the running month of it for a longer one, whose next months come by
-- renew_subscriptions.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.grant_period(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_at timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan credits.plans := credits.plan_in_force(p_invoice.plan);
    v_anchor_at timestamptz;
    v_month integer;
    v_start_at timestamptz := p_invoice.period_start_at;
    v_end_at timestamptz := p_invoice.period_end_at;
begin
    if v_end_at <= p_at then
        return;
    end if;
    select s.paid_start_at into strict v_anchor_at
    from credits.subscriptions as s
    where
        s.account_id = p_account_id and s.provider = p_provider
        and s.id = p_invoice.subscription_id;
    if v_end_at > v_anchor_at + interval '32 days' then
        v_month := credits.period_number(v_anchor_at, greatest(p_at, v_start_at));
        v_start_at := credits.period_start(v_anchor_at, v_month);
        v_end_at := least(v_end_at, credits.period_start(v_anchor_at, v_month + 1));
        p_invoice.shares := credits.month_shares(
            p_invoice.shares, v_start_at, p_invoice.period_start_at, v_end_at
        );
    end if;
    update credits.subscriptions as s
    set next_allowance_at = case when v_end_at < s.paid_until_at then v_end_at end
    where
        s.account_id = p_account_id and s.provider = p_provider
        and s.id = p_invoice.subscription_id
        and s.paid_until_at = p_invoice.period_end_at;
    perform credits.grant_allowance(
        p_account_id, p_provider, p_invoice, v_plan, v_start_at, v_end_at
    );
end;
$$;

comment on function credits.grant_period(uuid, text, credits.paid_invoice, timestamptz) is
'Grants the allowance of a paid period of a plan.';

revoke all on function credits.grant_period(uuid, text, credits.paid_invoice, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/grant_trial.sql sha256:1d572b047f6f7ab59c977ca29d79667089aaf1f0d422c3b39359091728d8ee3e
-- Grants the trial's credits of a plan, once per account for good; they end with the trial.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.grant_trial(
    p_subscription credits.subscriptions,
    p_plan credits.plans
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_subscription.account_id);
begin
    if p_plan.trial_credits > 0
        and p_subscription.status = 'trialing'
        and p_subscription.trial_end_at > v_account.last_transaction_at
        and not exists (
            select from credits.transactions as t
            where t.account_id = v_account.id and t.key = 'trial' and t.scope = 'system'
        )
    then
        perform credits.post_grant(
            v_account, 'bonus', p_plan.trial_credits, 'system', 'trial',
            credits.request_hash(jsonb_build_array('trial')),
            p_expires_at => p_subscription.trial_end_at,
            p_reference => p_subscription.id,
            p_description => 'Credits of the trial of ' || p_plan.name,
            p_price_version => p_plan.version
        );
    end if;
end;
$$;

comment on function credits.grant_trial(credits.subscriptions, credits.plans) is
'Grants the credits of a trial, once per account.';

revoke all on function credits.grant_trial(credits.subscriptions, credits.plans)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/is_failed.sql sha256:1cb6bf5ab8abff99ed37f2aaee7481bd52ce3d14e1903755ad0a8de2e51d8f08
-- Whether a refund of this status came to nothing.
create or replace function credits.is_failed(p_status text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_status in ('failed', 'canceled')
$$;

comment on function credits.is_failed(text) is
'True for a status of a refund that came to nothing.';

revoke all on function credits.is_failed(text) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/is_live.sql sha256:a1e2449d32bb0e5c982e9c58fc7e22b87ec785d244a7e5a25d341b61a6fbc18f
-- Whether a subscription of this status gives its plan: also while a payment is late.
create or replace function credits.is_live(p_status text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_status in ('trialing', 'active', 'past_due')
$$;

comment on function credits.is_live(text) is
'True for a status of a subscription that gives its plan.';

revoke all on function credits.is_live(text) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/is_over.sql sha256:809c23585276bfe05559336122f92fd7af0ef01a40934a7fc59d82c238de285d
-- Whether a subscription of this status has ended for good: such a status is never left.
create or replace function credits.is_over(p_status text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_status in ('canceled', 'incomplete_expired')
$$;

comment on function credits.is_over(text) is
'True for a status of a subscription that has ended for good.';

revoke all on function credits.is_over(text) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/keep_external_id.sql sha256:e75493ecb071ddec7deb3ae84617e480e9d4270ed0ccf9df96b95136ebf73eb8
-- Notes whose a provider's object is.
--
-- Returns  false when it is another account's already.
create or replace function credits.keep_external_id(
    p_provider text,
    p_object_id text,
    p_account_id uuid
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.external_ids (provider, object_id, account_id)
    values (p_provider, p_object_id, p_account_id)
    on conflict (provider, object_id) do nothing;
    return found or credits.account_of(p_provider, p_object_id) is not distinct from p_account_id;
end;
$$;

comment on function credits.keep_external_id(text, text, uuid) is
'Notes whose a provider''s object is; false when it is another account''s.';

revoke all on function credits.keep_external_id(text, text, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/life_left.sql sha256:647f719a782e3ecf7adf45c74432f138cd2711ddf60b1f0ebfbdf7271b1f962e
-- How much longer the credits that a clawback took would have lived: the longest life of what it
-- took, or that of the payment's own grant where all became debt. Null for what never expires, and
-- for what had expired before.
create or replace function credits.life_left(
    p_clawback credits.clawbacks,
    p_origin credits.grants
)
returns interval
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_end_at timestamptz;
begin
    select max(coalesce(g.expires_at, 'infinity')) into strict v_end_at
    from credits.transactions as t
    cross join lateral jsonb_object_keys(t.grants) as k (id)
    inner join credits.grants as g on t.account_id = g.account_id and k.id::bigint = g.id
    where t.account_id = p_clawback.account_id and t.id = p_clawback.transaction_id;
    v_end_at := coalesce(v_end_at, p_origin.expires_at);
    return case
        when isfinite(v_end_at) and v_end_at > p_clawback.created_at
            then make_interval(secs => extract(epoch from v_end_at - p_clawback.created_at))
    end;
end;
$$;

comment on function credits.life_left(credits.clawbacks, credits.grants) is
'How much longer the credits that a clawback took would have lived, null for ever.';

revoke all on function credits.life_left(credits.clawbacks, credits.grants)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/link_intent.sql sha256:44816f6c18eade4756c8341f5f47aa73662bd9c8819e6a8e1c1b916eef8debe6
-- Notes by which payment an invoice was paid: refunds and chargebacks name the payment, not the
-- invoice.
--
-- Returns  applied, ignored (known already), waiting for the invoice, or quarantined.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.link_intent(
    p_provider text,
    p_invoice_id text,
    p_intent_id text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of(p_provider, p_invoice_id);
begin
    if v_account_id is null then
        return ('waiting', 'its invoice is not known yet', p_invoice_id)::credits.outcome;
    elsif not credits.keep_external_id(p_provider, p_intent_id, v_account_id) then
        return ('quarantined', 'the payment is of another account', null)::credits.outcome;
    end if;
    perform credits.lock_account(v_account_id);
    update credits.payments as p
    set intent_id = p_intent_id
    where
        p.account_id = v_account_id and p.provider = p_provider and p.id = p_invoice_id
        and p.intent_id is null;
    if found then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'known already', null)::credits.outcome;
end;
$$;

comment on function credits.link_intent(text, text, text) is
'Notes by which payment an invoice was paid.';

revoke all on function credits.link_intent(text, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/list_orders.sql sha256:e511dee9e1f4840b47983cfa6f66b4c9475c89ce6e083f575f5f1a058f7913d0
-- An account's orders with their receipts, the latest first. Members and viewers see the own ones.
--
-- p_before  the id of the last order seen; null for the first page.
-- Units     total_cents, refunded_cents (what went back, by chargebacks too): minor units of
--           currency.
-- Returns   receipt: the quote that was agreed to. status: open, paid, completed (a plan's
--           checkout), expired or failed.
-- Errors    42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--           invalid_page_size
create or replace function credits.list_orders(
    p_account_id uuid,
    p_before uuid,
    p_page_size integer
)
returns setof public.credit_order
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
begin
    perform credits.check_page_size(p_page_size);
    perform credits.read_account(v_account_id);
    return query
    select
        o.id, o.account_id, o.user_id, o.status, o.package, o.plan, o.credits, o.bonus_credits,
        o.total_cents, o.currency, coalesce(credits.returned_cents(p), 0), o.is_topup, o.quote,
        o.promotion_code, o.created_at, o.paid_at
    from credits.orders as o
    left join credits.payments as p on o.account_id = p.account_id and o.id = p.order_id
    where
        o.account_id = v_account_id
        and (v_only_user_id is null or o.user_id = v_only_user_id)
        and (
            p_before is null
            or (o.created_at, o.id) < (
                select b.created_at, b.id
                from credits.orders as b
                where b.account_id = v_account_id and b.id = p_before
            )
        )
    order by o.created_at desc, o.id desc
    limit p_page_size;
end;
$$;

comment on function credits.list_orders(uuid, uuid, integer) is
'An account''s orders with their receipts.';

revoke all on function credits.list_orders(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.list_orders(uuid, uuid, integer) to authenticated, service_role;

-- source: sql/functions/billing/list_provider_offers.sql sha256:2c1d65afc47ba7c28d2a69eb72b944ede91124844930be32e7996013ffebb1cc
-- What the catalog in force sells at a fixed price, and what the provider calls it: plans and
-- packs, in the mode that the database takes.
--
-- Units    amount_cents: minor units of currency.
-- Returns  product_id, price_id: null for one that is not synced, or whose price has changed since.
-- Errors   PT409 no_catalog
create or replace function credits.list_provider_offers(p_provider text)
returns table (
    kind text,
    code text,
    name text,
    amount_cents bigint,
    currency text,
    billing_interval text,
    product_id text,
    price_id text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
begin
    return query
    with offers as (
        select
            'plan' as kind, p.code::text as code, p.name, p.price_cents, p.billing_interval,
            p.position
        from credits.plans as p
        where p.version = v_catalog.version and p.price_cents > 0 and not p.contact_only
        union all
        select 'package', p.code::text, p.name, p.price_cents, null, p.position
        from credits.packages as p
        where p.version = v_catalog.version
    )

    select
        o.kind, o.code, o.name, o.price_cents, v_catalog.currency, o.billing_interval,
        s.product_id, s.price_id
    from offers as o
    left join credits.provider_prices as s
        on s.provider = p_provider
        and s.livemode = credits.livemode(p_provider)
        and s.is_current
        and (o.kind, o.code, o.price_cents, v_catalog.currency) = (
            s.kind, s.code, s.amount_cents, s.currency
        )
        and o.billing_interval is not distinct from s.billing_interval
    order by o.kind desc, o.position;
end;
$$;

comment on function credits.list_provider_offers(text) is
'What the catalog in force sells, and what the provider calls it.';

revoke all on function credits.list_provider_offers(text)
from public, anon, authenticated, service_role;
grant execute on function credits.list_provider_offers(text) to credits_edge, service_role;

-- source: sql/functions/billing/list_provider_payments.sql sha256:37ab587b7319a2a2c51a217934a6a322f105c2b733452467ee25979cee94e602
-- The payments that a provider has told of since a time, in one of its modes, for comparing them
-- with its own lists. Oldest first.
--
-- Units    amount_cents, returned_cents: minor units of currency.
create or replace function credits.list_provider_payments(
    p_provider text,
    p_livemode boolean,
    p_since timestamptz
)
returns table (
    account_id uuid,
    id text,
    intent_id text,
    amount_cents bigint,
    returned_cents bigint,
    currency text,
    paid_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        p.account_id, p.id, p.intent_id, p.amount_cents, credits.returned_cents(p), p.currency,
        p.paid_at
    from credits.payments as p
    where p.provider = p_provider and p.livemode = p_livemode and p.paid_at >= p_since
    order by p.paid_at, p.id
$$;

comment on function credits.list_provider_payments(text, boolean, timestamptz) is
'The payments that a provider has told of since a time.';

revoke all on function credits.list_provider_payments(text, boolean, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.list_provider_payments(
    text, boolean, timestamptz
) to credits_edge, service_role;

-- source: sql/functions/billing/livemode.sql sha256:885111fd84a47b525f498a7f87a19937fbcbe0f96d75fba42fa4c8e157fadce5
-- Whether the database takes a provider's live mode; false is its test mode.
create or replace function credits.livemode(p_provider text)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p.livemode from credits.providers as p where p.provider = p_provider
$$;

comment on function credits.livemode(text) is
'Whether the database takes a provider''s live mode.';

revoke all on function credits.livemode(text) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/month_shares.sql sha256:75e633ad9cbd4d4def24eb6ddb5525ccd1d17719e8031e2866648abcc8f2c7a3
-- Parts of a plan that is paid for longer than a month, as parts of the month in which the change
-- falls: what is left of that month from p_from_at.
create or replace function credits.month_shares(
    p_shares credits.plan_share[],
    p_start_at timestamptz,
    p_from_at timestamptz,
    p_end_at timestamptz
)
returns credits.plan_share[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array_agg(
        (
            s.plan,
            sign(s.share) * extract(epoch from p_end_at - greatest(p_start_at, p_from_at))
            / extract(epoch from p_end_at - p_start_at)
        )::credits.plan_share
    )
    from unnest(p_shares) as s
$$;

comment on function credits.month_shares(
    credits.plan_share[], timestamptz, timestamptz, timestamptz
) is
'Parts of a longer period of a plan as parts of a month of it.';

revoke all on function credits.month_shares(
    credits.plan_share[], timestamptz, timestamptz, timestamptz
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/new_topup.sql sha256:b6a610ea311e4e0e91da42b1bb8c4fe4cdcc0ba3d7c4d12d7bd45c1cd238d09c
-- A new order of a locked account to top it up; all null when it has no room within its limit, or
-- when its pack is not sold any more: then the top-up pauses.
--
-- Errors   PT409 no_catalog
create or replace function credits.new_topup(p_account credits.accounts, p_provider text)
returns credits.orders
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(statement_timestamp());
    v_topup credits.auto_topups;
    v_quote jsonb;
    v_order credits.orders;
begin
    select t.* into strict v_topup
    from credits.auto_topups as t
    where t.account_id = p_account.id;
    if not exists (
        select from credits.packages as p
        where
            p.version = v_version
            and p.code = v_topup.package
    ) then
        perform credits.pause_topup(p_account.id, 'package_not_sold', 'infinity');
        return v_order;
    end if;
    v_quote := credits.quote_purchase(p_account, null, v_topup.package, null, null, null);
    if credits.topup_spent(p_account.id) + (v_quote ->> 'total_cents')::bigint
        > v_topup.monthly_limit_cents
    then
        perform credits.pause_topup(
            p_account.id, 'monthly_limit', credits.month_end(clock_timestamp())
        );
        return v_order;
    end if;
    insert into credits.orders (
        account_id, user_id, provider, package, price_version, credits, bonus_credits,
        total_cents, currency, status, quote, is_topup
    )
    values (
        p_account.id, v_topup.changed_by, p_provider, v_topup.package,
        v_version, (v_quote ->> 'credits')::numeric,
        (v_quote ->> 'bonus_credits')::numeric, (v_quote ->> 'total_cents')::bigint,
        v_quote ->> 'currency', 'open', v_quote, true
    )
    returning * into strict v_order;
    return v_order;
end;
$$;

comment on function credits.new_topup(credits.accounts, text) is
'A new order to top a locked account up.';

revoke all on function credits.new_topup(credits.accounts, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_chargeback.sql sha256:be23c5066996d6205be27080dd4e0851d609f47256044a034b5503f7b1e6eb08
-- Takes in what is told of a chargeback, in whatever order it is told: the latest news stay.
--
-- p_told_at  when it was told; null for how it stands now, which wins over all of the same time,
--            and what is told later wins over that.
-- Returns  applied, ignored (known already, or older), waiting for its payment, or quarantined.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.note_chargeback(
    p_provider text,
    p_intent_id text,
    p_chargeback_id text,
    p_amount_cents bigint,
    p_currency text,
    p_status text,
    p_told_at timestamptz
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_of(p_provider, p_intent_id);
    v_old credits.chargebacks;
begin
    if v_payment.id is null then
        return ('waiting', 'its payment is not known yet', p_intent_id)::credits.outcome;
    elsif p_currency is distinct from v_payment.currency then
        return ('quarantined', 'currency differs from the payment', null)::credits.outcome;
    elsif credits.chargeback_rank(p_status) is null then
        return ('quarantined', 'unknown status of a chargeback', null)::credits.outcome;
    end if;
    perform credits.lock_account(v_payment.account_id);
    select c.* into v_old
    from credits.chargebacks as c
    where
        c.account_id = v_payment.account_id and c.provider = p_provider
        and c.id = p_chargeback_id;
    if (
        v_old.told_at, credits.chargeback_rank(v_old.status), v_old.status
    ) >= (
        coalesce(p_told_at, v_old.told_at),
        case when p_told_at is null then 100 else credits.chargeback_rank(p_status) end,
        p_status
    ) then
        return ('ignored', 'known already, or older', null)::credits.outcome;
    end if;
    insert into credits.chargebacks as c (
        account_id, provider, id, payment_id, amount_cents, status, told_at
    )
    values (
        v_payment.account_id, p_provider, p_chargeback_id, v_payment.id, p_amount_cents,
        p_status, coalesce(p_told_at, v_old.told_at, '-infinity')
    )
    on conflict (account_id, provider, id) do update
    set
        amount_cents = excluded.amount_cents,
        status = excluded.status,
        told_at = excluded.told_at;
    if (v_old.status, v_old.amount_cents) = (p_status, p_amount_cents) then
        return ('ignored', 'says nothing new', null)::credits.outcome;
    end if;
    perform credits.settle_returns(v_payment.account_id, p_provider, v_payment.id);
    perform credits.put_notice(
        v_payment.account_id, 'chargeback', p_chargeback_id || ':' || p_status,
        jsonb_build_object(
            'payment_id', v_payment.id, 'status', p_status, 'amount_cents', p_amount_cents,
            'currency', p_currency
        )
    );
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_chargeback(text, text, text, bigint, text, text, timestamptz) is
'Takes in what is told of a chargeback.';

revoke all on function credits.note_chargeback(text, text, text, bigint, text, text, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_paid_period.sql sha256:e0023600b48ac71108d0efe1de58db6b1b68de6fafef641e899542fbe59f4647
-- Notes on a subscription of a locked account which period is paid last: of the invoices that pay
-- for a whole one, the one that begins last, and with it what was paid for changes until its end.
-- The plan is the dearest one paid for then.
create or replace function credits.note_paid_period(
    p_account_id uuid,
    p_provider text,
    p_subscription_id text
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text := (
        credits.subscription_row(p_account_id, p_provider, p_subscription_id)
    ).id;
begin
    with paid as (
        select p.*
        from credits.payments as p
        where
            p.account_id = p_account_id and p.provider = p_provider
            and p.subscription_id = v_id and p.plan is not null
    ),

    latest as (
        select p.period_end_at
        from paid as p
        order by
            p.is_prorated,
            case when p.is_prorated then p.period_end_at else p.period_start_at end desc
        limit 1
    )

    update credits.subscriptions as s
    set paid_plan = d.plan, paid_start_at = d.start_at, paid_until_at = d.period_end_at
    from (
        select distinct on (p.period_end_at)
            p.plan,
            p.period_end_at,
            min(p.period_start_at) over (partition by p.period_end_at) as start_at
        from paid as p
        inner join latest as l on p.period_end_at = l.period_end_at
        order by
            p.period_end_at,
            (credits.plan_in_force(p.plan)).price_cents desc nulls last,
            p.plan
    ) as d
    where s.account_id = p_account_id and s.provider = p_provider and s.id = v_id;
end;
$$;

comment on function credits.note_paid_period(uuid, text, text) is
'Notes on a subscription which period is paid last.';

revoke all on function credits.note_paid_period(uuid, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_refund.sql sha256:8ca35f7b63dd17dbd151749cb4098e404ea3799242403e95b6452ca4a3854f58
-- Takes in what is told of one refund of a payment: a failure is final.
--
-- Returns  applied, ignored (known already), waiting for its payment, or quarantined.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.note_refund(
    p_provider text,
    p_intent_id text,
    p_refund_id text,
    p_amount_cents bigint,
    p_currency text,
    p_status text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_of(p_provider, p_intent_id);
    v_is_new boolean;
begin
    if v_payment.id is null then
        return ('waiting', 'its payment is not known yet', p_intent_id)::credits.outcome;
    elsif p_currency is distinct from v_payment.currency then
        return ('quarantined', 'currency differs from the payment', null)::credits.outcome;
    end if;
    perform credits.lock_account(v_payment.account_id);
    insert into credits.refunds as r (
        account_id, provider, id, payment_id, amount_cents, status
    )
    values (
        v_payment.account_id, p_provider, p_refund_id, v_payment.id, p_amount_cents, p_status
    )
    on conflict (account_id, provider, id) do update
    set status = excluded.status, told_at = clock_timestamp()
    where not credits.is_failed(r.status) and r.status <> excluded.status;
    v_is_new := found;
    if credits.settle_returns(v_payment.account_id, p_provider, v_payment.id) or v_is_new then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'known already', null)::credits.outcome;
end;
$$;

comment on function credits.note_refund(text, text, text, bigint, text, text) is
'Takes in what is told of one refund of a payment.';

revoke all on function credits.note_refund(text, text, text, bigint, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_refunded_total.sql sha256:e9fb63720c6eeb25048777ca9d91df9d3d0f109799a5d57bb5f3327da88ad96c
-- Takes in how much of a payment is refunded in all, as the provider counts it: the largest total
-- counts, for totals are told late and in any order.
--
-- Returns  applied, ignored (known already), waiting for its payment, or quarantined.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.note_refunded_total(
    p_provider text,
    p_intent_id text,
    p_total_cents bigint,
    p_currency text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_of(p_provider, p_intent_id);
begin
    if v_payment.id is null then
        return ('waiting', 'its payment is not known yet', p_intent_id)::credits.outcome;
    elsif p_currency is distinct from v_payment.currency then
        return ('quarantined', 'currency differs from the payment', null)::credits.outcome;
    end if;
    perform credits.lock_account(v_payment.account_id);
    update credits.payments as p
    set refunded_cents = p_total_cents
    where
        p.account_id = v_payment.account_id and p.provider = p_provider and p.id = v_payment.id
        and p.refunded_cents < p_total_cents;
    if not found then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    perform credits.settle_returns(v_payment.account_id, p_provider, v_payment.id);
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_refunded_total(text, text, bigint, text) is
'Takes in how much of a payment is refunded in all.';

revoke all on function credits.note_refunded_total(text, text, bigint, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_subscription.sql sha256:682b6bab1bc13d543b2e870d5090e4396a8ee3aa98202e3714f942a2e71af32a
-- Takes in what is told of a subscription, in whatever order it is told, and lets the account's
-- plan follow.
--
-- The latest news stays: an end is final, then counts when it was told, then its rank, which the
-- reader of the news gives where the time is the same. News without a time are how the subscription
-- stands now: they win over all of the same time, and what is told later wins over them.
--
-- Returns  applied, or ignored when it is older than what is known, or says the same.
-- Errors   22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts: one row; until commit.
create or replace function credits.note_subscription(
    p_account_id uuid,
    p_provider text,
    p_news credits.subscription_news
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old credits.subscriptions;
    v_new credits.subscriptions;
begin
    perform credits.share_catalog();
    perform credits.lock_account(p_account_id);
    v_old := credits.subscription_row(p_account_id, p_provider, p_news.id);
    p_news.told_at := coalesce(p_news.told_at, v_old.told_at);
    if (
        credits.is_over(p_news.status), p_news.told_at, p_news.told_rank, p_news.told_by
    ) < (
        credits.is_over(v_old.status), v_old.told_at, v_old.told_rank, v_old.told_by
    ) then
        return ('ignored', 'older than what is known', null)::credits.outcome;
    end if;

    update credits.subscriptions as s
    set
        plan = p_news.plan,
        status = p_news.status,
        current_period_start_at = p_news.current_period_start_at,
        current_period_end_at = p_news.current_period_end_at,
        cancel_at = p_news.cancel_at,
        is_cancelling = p_news.is_cancelling,
        is_paused = p_news.is_paused,
        trial_end_at = p_news.trial_end_at,
        ended_at = p_news.ended_at,
        next_allowance_at = case
            when not credits.is_over(p_news.status) then s.next_allowance_at
        end,
        told_at = p_news.told_at,
        told_rank = p_news.told_rank,
        told_by = p_news.told_by,
        cancel_key = case when p_news.is_cancelling then s.cancel_key end
    where s.account_id = p_account_id and s.provider = p_provider and s.id = p_news.id
    returning s.* into strict v_new;
    perform credits.follow_subscriptions(p_account_id);

    v_old.told_at := v_new.told_at;
    v_old.told_rank := v_new.told_rank;
    v_old.told_by := v_new.told_by;
    v_old.cancel_key := v_new.cancel_key;
    if v_old is not distinct from v_new then
        return ('ignored', 'says nothing new', null)::credits.outcome;
    end if;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_subscription(uuid, text, credits.subscription_news) is
'Takes in what is told of a subscription, in whatever order it is told.';

revoke all on function credits.note_subscription(uuid, text, credits.subscription_news)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/open_customer.sql sha256:c57a1a7f6b08e4ff9cfaf2846e865671df78341c3f668116d98af24bdebe4e17
-- The account's customer at a payment provider, to be created there when it is missing.
--
-- Who comes meanwhile is given the same idempotency key, kept before anybody calls the provider:
-- one account has one customer.
--
-- Returns  customer_id: null for one to be created with provider_key, and then attached. is_stale:
--          the key is so old that the provider may have forgotten it: look for the customer first.
-- Errors   PT404 account_not_found, 42501 user_unknown, PT409 provider_mode_differs
-- Locks    credits.customers: one row.
create or replace function credits.open_customer(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_livemode boolean
)
returns table (
    account_id uuid,
    customer_id text,
    provider_key uuid,
    email text,
    is_stale boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_livemode boolean := credits.check_livemode(p_provider, p_livemode);
    v_account credits.accounts := credits.lock_account(v_account_id);
begin
    insert into credits.customers as c (account_id, provider, livemode)
    values (v_account_id, p_provider, v_livemode)
    on conflict on constraint customers_pkey do update
    set
        id = null,
        deleted_at = null,
        provider_key = gen_random_uuid(),
        created_at = clock_timestamp()
    where c.deleted_at is not null;
    return query
    select
        c.account_id, c.id, c.provider_key, coalesce(v_account.email, u.email::text),
        c.id is null and c.created_at < clock_timestamp() - interval '23 hours'
    from credits.customers as c
    left join auth.users as u on v_account.owner_id = u.id
    where
        c.account_id = v_account_id and c.provider = p_provider and c.livemode = v_livemode;
end;
$$;

comment on function credits.open_customer(uuid, uuid, text, boolean) is
'The account''s customer at a payment provider, to be created there when it is missing.';

revoke all on function credits.open_customer(uuid, uuid, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.open_customer(
    uuid, uuid, text, boolean
) to credits_edge, service_role;

-- source: sql/functions/billing/open_order.sql sha256:ccdee1fe419a2f78f83db067452ec2b1f9f5e216971e2e72c2448c2b3b53ffb9
-- Opens an order for a pack or a quantity at its quote, before anybody is asked to pay.
--
-- The edge has verified who the user is. Price and credits come from the quote alone and are kept
-- with the order: what is paid later is compared with it. A promotion's use is held for the order
-- as long as it can be paid; who comes again for the same purchase meanwhile is given the same
-- order. provider_key is the idempotency key of the call that creates the checkout, kept before
-- that call is made.
--
-- Units    total_cents, and fee_cents of them: minor units of currency.
-- Returns  expires_at: when the checkout must end, an hour before the promotion's use is free
--          again, so that the news of a payment can come in. product_id: of the pack at the
--          provider, null when it is not synced. saves_card: the card shall pay later top-ups.
-- Errors   22023 invalid_purchase, unknown_package, invalid_quantity, promotion_code_invalid,
--          PT404 account_not_found, 42501 user_unknown, PT403 account_closed
-- Locks    credits.catalogs, shared, so that the quote and its version are one; then
--          credits.accounts: one row, then the promotion's; until commit.
drop function if exists credits.open_order(uuid, uuid, text, text);
drop function if exists credits.open_order(uuid, uuid, text, text, numeric, text);
create or replace function credits.open_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_package text,
    p_quantity numeric,
    p_promotion_code text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    name text,
    total_cents bigint,
    fee_cents bigint,
    currency text,
    expires_at timestamptz,
    product_id text,
    saves_card boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_account credits.accounts;
    v_code text := nullif(credits.promotion_code(p_promotion_code), '');
    v_quote jsonb;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(v_account_id);
    -- Written, not only locked, so that an older snapshot is 40001 and counts no use too few.
    update credits.promotions as p set last_order_at = clock_timestamp() where p.code = v_code;
    v_quote := credits.quote_purchase(
        v_account, p_user_id, p_package, null, p_quantity, p_promotion_code
    );
    if v_quote ->> 'message' = 'account_closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif v_quote ->> 'message' = 'promotion_code_invalid' then
        raise exception 'promotion_code_invalid' using
            errcode = '22023',
            hint = 'This code is unknown, has ended or is used up, or is not for this purchase.';
    end if;

    v_order := credits.repeatable_order(
        v_account.id, p_user_id, v_code, p_package, (v_quote ->> 'credits')::numeric,
        v_quote -> 'lines'
    );
    if v_order.id is null then
        insert into credits.orders (
            account_id, user_id, provider, package, promotion_code, price_version, credits,
            bonus_credits, total_cents, currency, status, quote
        )
        values (
            v_account.id, p_user_id, p_provider, p_package, v_code,
            credits.version_in_force(statement_timestamp()), (v_quote ->> 'credits')::numeric,
            (v_quote ->> 'bonus_credits')::numeric, (v_quote ->> 'total_cents')::bigint,
            v_quote ->> 'currency', 'open', v_quote
        )
        returning * into strict v_order;
        insert into credits.redemptions (account_id, order_id, code, lapses_at)
        select v_order.account_id, v_order.id, v_code, v_order.created_at + interval '24 hours'
        where v_code is not null;
    end if;
    return query select
        v_order.account_id, v_order.id, v_order.provider_key,
        v_quote #>> '{lines,0,label}', v_order.total_cents,
        (v_quote ->> 'fee_cents')::bigint, v_order.currency,
        v_order.created_at + interval '23 hours',
        (credits.price_at(p_provider, 'package', v_order.package)).product_id,
        exists (
            select from credits.auto_topups as t
            where t.account_id = v_order.account_id and t.is_enabled
        );
end;
$$;

comment on function credits.open_order(uuid, uuid, text, text, numeric, text) is
'Opens an order for a pack or a quantity of credits at its quote.';

revoke all on function credits.open_order(uuid, uuid, text, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_order(
    uuid, uuid, text, text, numeric, text
) to credits_edge, service_role;

-- source: sql/functions/billing/open_subscription_order.sql sha256:c9683cae8202a82de952e550e6da6dedcccf1816180ae10cdd76375efc02c1bc
-- Opens an order for a plan, before anybody is asked to pay: who comes again meanwhile is given the
-- same one. The provider bills the plan by its own price, which `pgcredits stripe sync` has made.
--
-- Returns  provider_key: the idempotency key of the call that creates the checkout. trial_days: 0
--          for an account that had a subscription before. expires_at: when the checkout must end.
-- Errors   22023 unknown_plan, plan_not_sold, PT404 account_not_found, 42501 user_unknown,
--          PT403 account_closed, PT409 plan_not_synced, already_subscribed
-- Locks    credits.catalogs, shared; then credits.accounts: one row; until commit.
create or replace function credits.open_subscription_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_plan text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    plan text,
    price_id text,
    trial_days integer,
    expires_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_plan credits.plans;
    v_price credits.provider_prices;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_plan := credits.plan_in_force(p_plan);
    v_price := credits.check_subscribable(
        credits.lock_account(v_account_id), p_provider, v_plan
    );
    v_order := credits.plan_order(v_account_id, p_user_id, p_provider, v_plan);
    return query select
        v_order.account_id, v_order.id, v_order.provider_key, v_plan.code::text,
        v_price.price_id,
        case
            when exists (
                select from credits.subscriptions as s
                where
                    s.account_id = v_account_id
                    and s.livemode = credits.livemode(p_provider)
            ) then 0
            else v_plan.trial_days
        end,
        v_order.created_at + interval '23 hours';
end;
$$;

comment on function credits.open_subscription_order(uuid, uuid, text, text) is
'Opens an order for a plan.';

revoke all on function credits.open_subscription_order(uuid, uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_subscription_order(
    uuid, uuid, text, text
) to credits_edge, service_role;

-- source: sql/functions/billing/open_topup.sql sha256:eee2b4a57fb4bc6aa71cf321ef63c8c53e0703c54b8980f0610962d232fd787e
-- Opens the attempt to top an account up, or returns the one in flight: there is one at a time, and
-- its idempotency key is kept before anybody asks for money.
--
-- Units    total_cents: minor units of currency.
-- Returns  no row when there is nothing to do: off, paused, enough credits, or no room within the
--          monthly limit (which is told once a month). An attempt of a week ago is given up.
--          customer_id: null for an account that has none. is_stale: the key is so old that the
--          provider may have forgotten it: look whether it was paid before asking again.
-- Errors   PT409 provider_mode_differs, no_catalog, PT404 account_not_found
-- Locks    credits.catalogs, shared; credits.accounts: one row; until commit.
create or replace function credits.open_topup(
    p_account_id uuid,
    p_provider text,
    p_livemode boolean
)
returns table (
    order_id uuid,
    provider_key uuid,
    customer_id text,
    name text,
    total_cents bigint,
    currency text,
    is_stale boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_livemode boolean := credits.check_livemode(p_provider, p_livemode);
    v_account credits.accounts;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(p_account_id);
    if not credits.wants_topup(v_account) then
        return;
    end if;
    perform credits.end_order(o.account_id, o.id, 'expired')
    from credits.orders as o
    where
        o.account_id = p_account_id and o.is_topup and o.status = 'open'
        and o.created_at < clock_timestamp() - interval '7 days';
    select o.* into v_order
    from credits.orders as o
    where
        o.account_id = p_account_id and o.is_topup and o.status = 'open'
        and o.provider = p_provider;
    if not found then
        v_order := credits.new_topup(v_account, p_provider);
    end if;
    return query
    select
        v_order.id, v_order.provider_key, c.id, v_order.quote #>> '{lines,0,label}',
        v_order.total_cents, v_order.currency,
        v_order.created_at < clock_timestamp() - interval '23 hours'
    from (values (v_order.id)) as o (id)
    left join credits.customers as c
        on c.account_id = p_account_id
        and c.provider = p_provider
        and c.livemode = v_livemode
        and c.deleted_at is null
    where o.id is not null;
end;
$$;

comment on function credits.open_topup(uuid, text, boolean) is
'Opens the attempt to top an account up, or returns the one in flight.';

revoke all on function credits.open_topup(uuid, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.open_topup(uuid, text, boolean) to credits_edge, service_role;

-- source: sql/functions/billing/pause_topup.sql sha256:09cfc7c540bb29ee9510d51cb54106897bbc07a56147f152777584530fdea9bf
-- Pauses an account's automatic top-up, and tells it.
--
-- p_until  infinity: until somebody switches it on again.
create or replace function credits.pause_topup(
    p_account_id uuid,
    p_reason text,
    p_until timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.auto_topups as t
    set paused_reason = p_reason, paused_until_at = p_until
    where t.account_id = p_account_id;
    perform credits.put_notice(
        p_account_id, 'topup_paused', concat_ws(':', p_account_id, clock_timestamp()),
        jsonb_build_object('reason', p_reason, 'paused_until_at', nullif(p_until, 'infinity'))
    );
end;
$$;

comment on function credits.pause_topup(uuid, text, timestamptz) is
'Pauses an account''s automatic top-up, and tells it.';

revoke all on function credits.pause_topup(uuid, text, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/payment_of.sql sha256:849a60501e25f08ed8fe68250bd9d272e87b74365481d56c0258824a4896ad8d
-- The payment that a refund or a chargeback names; all null for one that is not known.
create or replace function credits.payment_of(p_provider text, p_intent_id text)
returns credits.payments
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments;
begin
    select p.* into v_payment
    from credits.payments as p
    where
        p.account_id = credits.account_of(p_provider, p_intent_id)
        and p.provider = p_provider
        and p.intent_id = p_intent_id;
    return v_payment;
end;
$$;

comment on function credits.payment_of(text, text) is
'The payment that a refund or a chargeback names.';

revoke all on function credits.payment_of(text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/payment_row.sql sha256:1180d682336d1c5600ac8201a66588e85565b6cdfd62ade641f12d2604887e4f
-- A payment as it stands; all null when there is none of this id.
create or replace function credits.payment_row(
    p_account_id uuid,
    p_provider text,
    p_payment_id text
)
returns credits.payments
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments;
begin
    select p.* into v_payment
    from credits.payments as p
    where p.account_id = p_account_id and p.provider = p_provider and p.id = p_payment_id;
    return v_payment;
end;
$$;

comment on function credits.payment_row(uuid, text, text) is
'A payment as it stands.';

revoke all on function credits.payment_row(uuid, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/plan_order.sql sha256:2c0aac5f792a5474fbd669147789077030b0a193c2313f3d6d874977d965c3a2
-- The open order of a locked account for a plan: the one of before as long as it can be used and is
-- the same, else a new one. The caller reads what is committed: an older snapshot would not see an
-- order of a session that was faster.
create or replace function credits.plan_order(
    p_account_id uuid,
    p_user_id uuid,
    p_provider text,
    p_plan credits.plans
)
returns credits.orders
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
begin
    select o.* into v_order
    from credits.orders as o
    where
        o.account_id = p_account_id
        and o.user_id = p_user_id
        and o.provider = p_provider
        and o.plan = p_plan.code
        and o.price_version = p_plan.version
        and o.status = 'open'
        and o.created_at > clock_timestamp() - interval '22 hours'
    order by o.created_at desc
    limit 1;
    if not found then
        insert into credits.orders (
            account_id, user_id, provider, plan, price_version, credits, bonus_credits,
            total_cents, currency, status, quote
        )
        values (
            p_account_id, p_user_id, p_provider, p_plan.code, p_plan.version,
            p_plan.monthly_credits, 0, p_plan.price_cents, (credits.catalog_in_force()).currency,
            'open',
            credits.quote_purchase(
                credits.lock_account(p_account_id), p_user_id, null, p_plan.code, null, null
            )
        )
        returning * into strict v_order;
    end if;
    return v_order;
end;
$$;

comment on function credits.plan_order(uuid, uuid, text, credits.plans) is
'The open order of a locked account for a plan.';

revoke all on function credits.plan_order(uuid, uuid, text, credits.plans)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/price_at.sql sha256:73c0a37c8b7802bf7130cf44221cddd059d00887ab53d927d80b86b8d82a4299
-- What a provider calls the price of a plan or a pack now, in the mode that the database takes; all
-- null when it is not synced.
create or replace function credits.price_at(p_provider text, p_kind text, p_code text)
returns credits.provider_prices
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_price credits.provider_prices;
begin
    select p.* into v_price
    from credits.provider_prices as p
    where
        p.provider = p_provider
        and p.livemode = credits.livemode(p_provider)
        and p.kind = p_kind
        and p.code = p_code
        and p.is_current;
    return v_price;
end;
$$;

comment on function credits.price_at(text, text, text) is
'What a provider calls the price of a plan or a pack now.';

revoke all on function credits.price_at(text, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/reinstate.sql sha256:43a6f30399f006af7e4cac852e86ffc81079e384e390463d4208d3b458acbfe5
-- Gives back what clawbacks took of a payment's grant, the latest first: it cancels debt, then it
-- is granted anew, to burn as the grant did, with the life that was left when it was taken.
--
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.reinstate(
    p_payment credits.payments,
    p_grant_id bigint,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_clawback credits.clawbacks;
    v_left numeric := p_amount;
    v_part numeric;
begin
    for v_clawback in
        select c.*
        from credits.clawbacks as c
        where
            c.account_id = p_payment.account_id
            and c.grant_id = p_grant_id
            and c.amount > c.reinstated
        order by c.transaction_id desc
    loop
        v_part := least(v_left, v_clawback.amount - v_clawback.reinstated);
        exit when v_part = 0;
        perform credits.reinstate_clawback(p_payment, v_clawback, v_part);
        v_left := v_left - v_part;
    end loop;
end;
$$;

comment on function credits.reinstate(credits.payments, bigint, numeric) is
'Gives back what clawbacks took of a payment''s grant.';

revoke all on function credits.reinstate(credits.payments, bigint, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/reinstate_clawback.sql sha256:16b6bf8455fb36a9fb9023c4937a4522fd501ef9fbb8acb3b8ecbc7a55f2cb5f
-- Gives back a part of one clawback: debt is cancelled first, the rest is a grant.
--
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.reinstate_clawback(
    p_payment credits.payments,
    p_clawback credits.clawbacks,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_payment.account_id);
    v_debt numeric := least(p_amount, v_account.debt);
    v_origin credits.grants;
    v_key text := 'reinstatement:' || p_clawback.transaction_id || ':'
        || v_account.last_transaction_id + 1;
    v_request bytea := credits.request_hash(jsonb_build_array('reinstatement', v_key));
    v_metadata jsonb := jsonb_build_object(
        'grant_id', p_clawback.grant_id, 'debt_change', -v_debt
    );
begin
    select g.* into strict v_origin
    from credits.grants as g
    where g.account_id = v_account.id and g.id = p_clawback.grant_id;
    perform credits.change_debt(v_account.id, -v_debt);
    v_account.debt := v_account.debt - v_debt;
    if v_debt < p_amount then
        perform credits.post_grant(
            v_account, 'reinstatement', trim_scale(p_amount - v_debt), 'system', v_key, v_request,
            p_priority => v_origin.priority,
            p_expires_at => v_account.last_transaction_at
            + credits.life_left(p_clawback, v_origin),
            p_is_paid => v_origin.is_paid,
            p_reference => p_payment.id,
            p_description => 'Money came back from the buyer',
            p_metadata => v_metadata
        );
    else
        perform credits.post_transaction(
            v_account, 'reinstatement', 0, 'system', v_key, v_request,
            p_grants => '{}',
            p_reference => p_payment.id,
            p_description => 'Money came back from the buyer',
            p_metadata => v_metadata
        );
    end if;
    update credits.clawbacks as c
    set reinstated = c.reinstated + p_amount
    where
        c.account_id = p_clawback.account_id
        and c.transaction_id = p_clawback.transaction_id;
end;
$$;

comment on function credits.reinstate_clawback(credits.payments, credits.clawbacks, numeric) is
'Gives back a part of one clawback.';

revoke all on function credits.reinstate_clawback(credits.payments, credits.clawbacks, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/renew_subscription.sql sha256:ff6f3dc6274369df7aeba187ad646ce9d540cdd608df3bf55843030e15e9c763
-- Grants one subscription the month that holds p_at, by the invoice that paid for it.
--
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.renew_subscription(
    p_account_id uuid,
    p_provider text,
    p_subscription_id text,
    p_at timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subscription credits.subscriptions;
    v_invoice credits.paid_invoice;
begin
    perform credits.lock_account(p_account_id, p_at);
    select s.* into strict v_subscription
    from credits.subscriptions as s
    where s.account_id = p_account_id and s.provider = p_provider and s.id = p_subscription_id;
    if v_subscription.next_allowance_at > p_at or v_subscription.next_allowance_at is null then
        return;
    end if;
    if v_subscription.paid_until_at > p_at then
        select
            p.id, p.intent_id, p.subscription_id, p.plan, false, p.amount_cents, p.currency,
            p.period_start_at, p.period_end_at,
            null::credits.plan_share[]
        into strict v_invoice
        from credits.payments as p
        where
            p.account_id = p_account_id
            and p.provider = p_provider
            and p.subscription_id = p_subscription_id
            and p.period_end_at = v_subscription.paid_until_at
            and p.plan = v_subscription.paid_plan
        order by p.paid_at desc, p.id
        limit 1;
        perform credits.grant_period(p_account_id, p_provider, v_invoice, p_at);
    else
        update credits.subscriptions as s
        set next_allowance_at = null
        where
            s.account_id = p_account_id and s.provider = p_provider
            and s.id = p_subscription_id;
    end if;
end;
$$;

comment on function credits.renew_subscription(uuid, text, text, timestamptz) is
'Grants one subscription the month that holds a time.';

revoke all on function credits.renew_subscription(uuid, text, text, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/renew_subscriptions.sql sha256:b420db45ea5088a9d8af0751abcc9f1f1a9e56bc2ab3f054ebf979580d352b82
-- Grants the monthly credits that are due of plans that are paid for longer than a month: each
-- month once, however often it runs. Of several missed months only the running one is granted; a
-- subscription that is not live waits until it is.
--
-- A subscription whose account another session holds is left for the next run, one that fails is
-- reported as a warning and does not stop the others.
--
-- p_at     what is due by then.
-- Returns  how many subscriptions were renewed.
-- Locks    credits.accounts: their rows, until commit.
create or replace function credits.renew_subscriptions(p_at timestamptz, p_batch_size integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_due credits.subscriptions;
    v_count integer := 0;
begin
    for v_due in
        select s.*
        from credits.subscriptions as s
        where
            s.next_allowance_at <= p_at
            and credits.is_live(s.status)
            and s.livemode = credits.livemode(s.provider)
        order by s.next_allowance_at
    loop
        exit when v_count = p_batch_size;
        begin
            perform from credits.accounts as a
            where a.id = v_due.account_id
            for no key update skip locked;
            if found then
                perform credits.renew_subscription(
                    v_due.account_id, v_due.provider, v_due.id, p_at
                );
                v_count := v_count + 1;
            end if;
        exception when others then
            raise warning 'pgcredits: subscription % not renewed: % (%)',
                v_due.id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.renew_subscriptions(timestamptz, integer) is
'Grants the monthly credits that are due of plans paid for longer than a month.';

revoke all on function credits.renew_subscriptions(timestamptz, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/request_cancel.sql sha256:1c63b23f37b1c7a3ff4b6838d8272658c861af8698082071543e0dbc54217630
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

-- source: sql/functions/billing/returned_cents.sql sha256:f57a3c953aed76f46954cbd181962062924074fb69f1619c16ee604b0934122e
-- How much of a payment has gone back, by refunds and chargebacks together: at most all of it.
--
-- Refunds are told one by one, as a total, or both: what they come to is the larger of both, and a
-- refund that failed counts in neither. A chargeback counts from its beginning until it is won; an
-- inquiry moves no money.
--
-- Units    minor units of the payment's currency.
create or replace function credits.returned_cents(p_payment credits.payments)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select least(
        p_payment.amount_cents,
        (
            select greatest(
                coalesce(sum(r.amount_cents) filter (where not credits.is_failed(r.status)), 0),
                p_payment.refunded_cents
                - coalesce(sum(r.amount_cents) filter (where credits.is_failed(r.status)), 0)
            )
            from credits.refunds as r
            where
                r.account_id = p_payment.account_id
                and r.provider = p_payment.provider
                and r.payment_id = p_payment.id
        ) + (
            select coalesce(sum(c.amount_cents), 0)
            from credits.chargebacks as c
            where
                c.account_id = p_payment.account_id
                and c.provider = p_payment.provider
                and c.payment_id = p_payment.id
                and c.status in (
                    'needs_response', 'under_review', 'lost', 'appeal_needs_response',
                    'appeal_under_review'
                )
        )
    )::bigint
$$;

comment on function credits.returned_cents(credits.payments) is
'How much of a payment has gone back, in minor units.';

revoke all on function credits.returned_cents(credits.payments)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/set_auto_topup.sql sha256:9c6557aa551e04702a483b2b7ad84d8bdf74bdfabc8816bd2d9b6e6e0004039f
-- Sets how an account is topped up automatically: when less than the threshold is available, a pack
-- is bought with the saved card, within the monthly limit. It is off until somebody wants it.
--
-- To switch it on ends every pause. To switch it off is never refused, and leaves the settings as
-- they are; this, or another pack, gives up the attempt that is under way: what was paid all the
-- same is credited. Null leaves a setting as it is; -1 clears the limit.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--          topup_incomplete, invalid_amount, unknown_package, topup_too_small,
--          topup_limit_too_small, PT403 account_closed, PT409 no_catalog
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_auto_topup(
    p_enabled boolean,
    p_threshold numeric,
    p_package text,
    p_monthly_limit_cents bigint,
    p_account_id uuid
)
returns public.credit_auto_topup
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(
        credits.authorize_account(p_account_id, 'manage')
    );
    v_topup credits.auto_topups;
begin
    select t.* into v_topup
    from credits.auto_topups as t
    where t.account_id = v_account.id;
    if p_enabled is null then
        raise exception 'topup_incomplete' using
            errcode = '22023',
            hint = 'Say whether it is enabled, below which balance, and which package to buy.';
    elsif not p_enabled and v_topup.account_id is null then
        return credits.show_topup(v_account.id);
    elsif p_enabled then
        v_topup := credits.check_topup(
            v_account, v_topup, p_threshold, p_package, p_monthly_limit_cents
        );
    end if;

    perform credits.end_order(o.account_id, o.id, 'expired')
    from credits.orders as o
    where
        o.account_id = v_account.id and o.is_topup and o.status = 'open'
        and (not p_enabled or o.package <> v_topup.package);
    insert into credits.auto_topups as t (
        account_id, is_enabled, threshold, package, monthly_limit_cents, changed_by
    )
    values (
        v_account.id, p_enabled, v_topup.threshold, v_topup.package,
        v_topup.monthly_limit_cents, auth.uid()
    )
    on conflict (account_id) do update
    set
        is_enabled = excluded.is_enabled,
        threshold = excluded.threshold,
        package = excluded.package,
        monthly_limit_cents = excluded.monthly_limit_cents,
        declines = case when p_enabled then 0 else t.declines end,
        failures = case when p_enabled then 0 else t.failures end,
        paused_reason = case when not p_enabled then t.paused_reason end,
        paused_until_at = case when not p_enabled then t.paused_until_at end,
        next_attempt_at = case when p_enabled then '-infinity' else t.next_attempt_at end,
        changed_by = excluded.changed_by,
        changed_at = clock_timestamp();
    return credits.show_topup(v_account.id);
end;
$$;

comment on function credits.set_auto_topup(boolean, numeric, text, bigint, uuid) is
'Sets how an account is topped up automatically.';

revoke all on function credits.set_auto_topup(boolean, numeric, text, bigint, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.set_auto_topup(
    boolean, numeric, text, bigint, uuid
) to authenticated, service_role;

-- source: sql/functions/billing/set_portal_configuration.sql sha256:9184df5b6df6651d835ecbf229bc6107006da9deefac3fbca49ea5db1db984f1
-- Keeps the provider's name for how its customer portal is configured.
--
-- Errors   PT404 provider_not_found
-- Locks    credits.providers: one row.
create or replace function credits.set_portal_configuration(
    p_provider text,
    p_configuration_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.providers as p
    set portal_configuration_id = p_configuration_id, changed_at = clock_timestamp()
    where p.provider = p_provider;
    if not found then
        raise exception 'provider_not_found' using
            errcode = 'PT404',
            hint = 'There is no such payment provider.';
    end if;
end;
$$;

comment on function credits.set_portal_configuration(text, text) is
'Keeps how the provider''s customer portal is configured.';

revoke all on function credits.set_portal_configuration(text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.set_portal_configuration(text, text) to service_role;

-- source: sql/functions/billing/set_provider_mode.sql sha256:79d149924be8c2d74e8f6c4fec0e5a396ef52ae10ac5f5612f594c2ca16f82e4
-- Says which of a provider's modes the database takes from now on. What belongs to the other mode
-- is kept, and rests: its subscriptions give no plan, and the portal's configuration is forgotten.
-- Events that were of the wrong mode before are tried again.
--
-- Errors   PT404 provider_not_found
-- Locks    credits.catalogs, shared; credits.providers: one row; credits.accounts: those with a
--          subscription, in id order; until commit.
create or replace function credits.set_provider_mode(p_provider text, p_livemode boolean)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.share_catalog();
    if p_livemode = credits.livemode(p_provider) then
        return;
    end if;
    update credits.providers as p
    set
        livemode = p_livemode,
        portal_configuration_id = null,
        changed_at = clock_timestamp()
    where p.provider = p_provider;
    if not found then
        raise exception 'provider_not_found' using
            errcode = 'PT404',
            hint = 'There is no such payment provider.';
    end if;
    update credits.stripe_events as e
    set state = 'failed', next_attempt_at = clock_timestamp()
    where e.state = 'quarantined' and e.reason = 'test and live mode do not mix';
    perform credits.follow_subscriptions(a.account_id)
    from (
        select distinct s.account_id
        from credits.subscriptions as s
        where s.provider = p_provider
        order by s.account_id
    ) as a;
end;
$$;

comment on function credits.set_provider_mode(text, boolean) is
'Says which of a provider''s modes the database takes.';

revoke all on function credits.set_provider_mode(text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.set_provider_mode(text, boolean) to service_role;

-- source: sql/functions/billing/settle_invoice.sql sha256:88dc3b0ae1c4f674eb1f9793d2225fdf73f84355d1723172981031e90d7b9950
-- Grants what a paid invoice pays for: a period of a plan. Once per invoice, however often and by
-- however many events it is told.
--
-- A change within the period counts at once, or, as the catalog says, from the next renewal. A
-- period that is over gives nothing: its credits would have expired. That a closed account is still
-- billed, somebody is told.
--
-- Units    amount_cents: what was paid, minor units.
-- Returns  applied, ignored (it is settled already), or quarantined.
-- Errors   22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts: one row; until commit.
create or replace function credits.settle_invoice(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_plan credits.plans;
    v_counts boolean;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(p_account_id);
    v_plan := credits.plan_in_force(p_invoice.plan);
    v_counts := not p_invoice.is_prorated or (credits.catalog_in_force()).upgrade = 'now';
    if not credits.keep_external_id(p_provider, p_invoice.id, p_account_id) then
        return ('quarantined', 'the invoice is of another account', null)::credits.outcome;
    end if;
    insert into credits.payments (
        account_id, id, provider, amount_cents, currency, paid_at, livemode, subscription_id,
        plan, is_prorated, period_start_at, period_end_at
    )
    values (
        p_account_id, p_invoice.id, p_provider, p_invoice.amount_cents, p_invoice.currency,
        clock_timestamp(), credits.livemode(p_provider), p_invoice.subscription_id,
        case when v_counts then v_plan.code end, p_invoice.is_prorated,
        p_invoice.period_start_at, p_invoice.period_end_at
    )
    on conflict (account_id, provider, id) do nothing;
    if not found then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    if p_invoice.intent_id is not null then
        perform credits.link_intent(p_provider, p_invoice.id, p_invoice.intent_id);
    end if;

    perform credits.note_paid_period(p_account_id, p_provider, p_invoice.subscription_id);
    perform credits.follow_subscriptions(p_account_id);
    if v_counts then
        perform credits.grant_period(p_account_id, p_provider, p_invoice, clock_timestamp());
    end if;
    if v_account.status = 'closed' then
        perform credits.put_notice(
            p_account_id, 'closed_account_paid', p_invoice.id,
            jsonb_build_object('subscription_id', p_invoice.subscription_id)
        );
    end if;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.settle_invoice(uuid, text, credits.paid_invoice) is
'Grants what a paid invoice pays for, once per invoice.';

revoke all on function credits.settle_invoice(uuid, text, credits.paid_invoice)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/settle_payment.sql sha256:871cac3e460e694b6c362d88e06461221c7bff1083209c2ae89cbb06de40da33
-- Credits a paid order, once per payment, however often and by however many events it is told.
--
-- The credits bought and the bonus are two grants: the bonus has cost nothing.
--
-- p_payment_id  what refunds and chargebacks will name it by.
-- Units    p_amount_cents: what was paid, minor units of p_currency.
-- Returns  applied, ignored (it is credited already), or quarantined, for a payment that does not
--          fit its order: nothing is credited.
-- Locks    credits.accounts: one row, until commit.
drop function if exists credits.settle_payment(uuid, uuid, text, text, bigint, text);
create or replace function credits.settle_payment(
    p_account_id uuid,
    p_order_id uuid,
    p_provider text,
    p_payment_id text,
    p_amount_cents bigint,
    p_currency text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
    v_transaction credits.transactions;
begin
    select o.* into v_order
    from credits.orders as o
    where o.account_id = p_account_id and o.id = p_order_id and o.provider = p_provider;
    if not found then
        return ('quarantined', 'unknown order', null)::credits.outcome;
    elsif v_order.plan is not null then
        return ('quarantined', 'the order is for a plan', null)::credits.outcome;
    elsif (p_amount_cents, p_currency) is distinct from (v_order.total_cents, v_order.currency) then
        return (
            'quarantined', 'amount or currency differs from the order', null
        )::credits.outcome;
    end if;

    perform credits.lock_account(p_account_id);
    if exists (
        select from credits.payments as p
        where
            p.account_id = p_account_id and p.provider = p_provider and p.id = p_payment_id
            and p.order_id = p_order_id
    ) then
        return ('ignored', 'known already', null)::credits.outcome;
    elsif exists (
        select from credits.payments as p
        where p.account_id = p_account_id and p.order_id = p_order_id
    ) then
        return ('quarantined', 'order is paid by another payment', null)::credits.outcome;
    elsif not credits.keep_external_id(p_provider, p_payment_id, p_account_id) then
        return ('quarantined', 'the payment is of another account', null)::credits.outcome;
    end if;

    v_transaction := credits.grant_order(v_order, p_payment_id);
    insert into credits.payments (
        account_id, id, provider, order_id, amount_cents, currency, transaction_id, paid_at,
        intent_id, livemode
    )
    values (
        p_account_id, p_payment_id, p_provider, p_order_id, p_amount_cents, p_currency,
        v_transaction.id, v_transaction.created_at, p_payment_id, credits.livemode(p_provider)
    );
    update credits.redemptions as r
    set lapses_at = null
    where r.account_id = p_account_id and r.order_id = p_order_id;
    update credits.orders as o
    set status = 'paid', paid_at = v_transaction.created_at
    where o.account_id = p_account_id and o.id = p_order_id;
    if v_order.is_topup then
        update credits.auto_topups as t
        set declines = 0, failures = 0, next_attempt_at = '-infinity'
        where t.account_id = p_account_id;
    end if;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.settle_payment(uuid, uuid, text, text, bigint, text) is
'Credits a paid order, once per payment.';

revoke all on function credits.settle_payment(uuid, uuid, text, text, bigint, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/settle_returns.sql sha256:01b0427a095245b975522a3da335dfedd614fa9ca6bdf8f3979aecbe75887bc7
-- Takes back, or gives back, credits until each grant of a payment has given up the share that went
-- back of the money: an absolute rule, so that no order and no repetition of news counts twice.
--
-- Returns  whether anything moved.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.settle_returns(
    p_account_id uuid,
    p_provider text,
    p_payment_id text
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_row(p_account_id, p_provider, p_payment_id);
    v_due record;
    v_moved boolean := false;
begin
    for v_due in select d.* from credits.due_returns(v_payment) as d where d.amount <> 0
    loop
        if v_due.amount > 0 then
            perform credits.claw_back(v_payment, v_due.grant_id, v_due.amount);
        else
            perform credits.reinstate(v_payment, v_due.grant_id, -v_due.amount);
        end if;
        v_moved := true;
    end loop;
    return v_moved;
end;
$$;

comment on function credits.settle_returns(uuid, text, text) is
'Takes or gives back credits until a payment''s grants fit what went back of it.';

revoke all on function credits.settle_returns(uuid, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/shared_credits.sql sha256:769e010ba496ab6f92a9d0515dd705e8060846cdb1fa293f2c11e65f70c19394
-- The credits of parts of plans: each plan's monthly credits times its share, rounded half up to
-- the places that the plans' own credits have.
--
-- Errors   22023 unknown_plan
create or replace function credits.shared_credits(p_shares credits.plan_share[])
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        round(
            sum(p.monthly_credits * s.share),
            max(scale(trim_scale(p.monthly_credits)))
        ),
        0
    )
    from unnest(p_shares) as s
    cross join lateral credits.plan_in_force(s.plan) as p
$$;

comment on function credits.shared_credits(credits.plan_share[]) is
'The credits of parts of plans.';

revoke all on function credits.shared_credits(credits.plan_share[])
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/show_subscription.sql sha256:a93ca199eb1618e239cf84beb63260258462b6902cf7c2064783d8e5886cfe0b
-- An account's subscription as its user sees it: the one that gives the plan, else the latest that
-- has not ended.
--
-- Returns  {"plan", "status", "current_period_start_at", "current_period_end_at", "cancel_at",
--          "is_paused", "trial_end_at", "paid_until_at", "next_billing_at"}; null without one.
--          next_billing_at is null when it will not be billed again.
create or replace function credits.show_subscription(p_account_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subscription credits.subscriptions;
begin
    select s.* into v_subscription
    from credits.subscriptions as s
    inner join credits.accounts as a on s.account_id = a.id
    where
        s.account_id = p_account_id
        and s.livemode = credits.livemode(s.provider)
        and not credits.is_over(s.status)
    order by s.id = a.plan_subscription_id desc nulls last, s.created_at desc, s.id
    limit 1;
    if not found then
        return null;
    end if;
    return jsonb_build_object(
        'plan', coalesce(v_subscription.paid_plan, v_subscription.plan),
        'status', v_subscription.status,
        'current_period_start_at', v_subscription.current_period_start_at,
        'current_period_end_at', v_subscription.current_period_end_at,
        'cancel_at', v_subscription.cancel_at,
        'is_paused', v_subscription.is_paused,
        'trial_end_at', v_subscription.trial_end_at,
        'paid_until_at', v_subscription.paid_until_at,
        'next_billing_at', case
            when
                credits.is_live(v_subscription.status)
                and not v_subscription.is_cancelling
                and not v_subscription.is_paused
                then v_subscription.current_period_end_at
        end
    );
end;
$$;

comment on function credits.show_subscription(uuid) is
'An account''s subscription as its user sees it.';

revoke all on function credits.show_subscription(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/show_topup.sql sha256:5a778f79e80200e633d1be52522f97063dc5701f1b1ada256b1212e004ac11cf
-- An account's automatic top-up in its public shape; off, where nothing was set yet.
create or replace function credits.show_topup(p_account_id uuid)
returns public.credit_auto_topup
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_topup credits.auto_topups;
    v_is_paused boolean;
begin
    select t.* into v_topup
    from credits.auto_topups as t
    where t.account_id = p_account_id;
    v_is_paused := coalesce(
        v_topup.is_enabled and v_topup.paused_until_at > clock_timestamp(), false
    );
    return (
        p_account_id, coalesce(v_topup.is_enabled, false), v_topup.threshold, v_topup.package,
        v_topup.monthly_limit_cents, credits.topup_spent(p_account_id),
        (credits.catalog_in_force()).currency,
        case
            when v_is_paused then 'paused'
            when v_topup.is_enabled then 'active'
            else 'off'
        end,
        case when v_is_paused then v_topup.paused_reason end,
        case when v_is_paused then nullif(v_topup.paused_until_at, 'infinity') end
    )::public.credit_auto_topup;
end;
$$;

comment on function credits.show_topup(uuid) is
'An account''s automatic top-up in its public shape.';

revoke all on function credits.show_topup(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/store_provider_price.sql sha256:e6d43809f871bfabb8fd1b9d673ea5ac9b99756f7b6c23da7e3d0833d32a2fb3
-- Keeps what the provider calls a price: it becomes the current one of its plan or pack. Those of
-- before are kept: subscriptions go on at them.
--
-- Errors   PT409 price_taken: the provider's price is known with other terms
-- Locks    credits.providers: one row, so that the mode stays and prices come one by one; then
--          credits.provider_prices: the rows of the plan or pack; until commit.
create or replace function credits.store_provider_price(
    p_provider text,
    p_kind text,
    p_code text,
    p_product_id text,
    p_price_id text,
    p_amount_cents bigint,
    p_currency text,
    p_billing_interval text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_livemode boolean;
begin
    select p.livemode into v_livemode
    from credits.providers as p
    where p.provider = p_provider
    for no key update;
    update credits.provider_prices as p
    set is_current = false
    where
        p.provider = p_provider and p.livemode = v_livemode and p.kind = p_kind
        and p.code = p_code and p.price_id <> p_price_id and p.is_current;
    insert into credits.provider_prices as p (
        provider, price_id, livemode, kind, code, product_id, amount_cents, currency,
        billing_interval, is_current
    )
    values (
        p_provider, p_price_id, v_livemode, p_kind, p_code, p_product_id, p_amount_cents,
        p_currency, p_billing_interval, true
    )
    on conflict (provider, price_id) do update
    set is_current = true, product_id = excluded.product_id, stored_at = clock_timestamp()
    where
        (p.livemode, p.kind, p.code, p.amount_cents, p.currency)
        = (v_livemode, p_kind, p_code, p_amount_cents, p_currency)
        and p.billing_interval is not distinct from p_billing_interval;
    if not found then
        raise exception 'price_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('price_id', p_price_id)::text,
            hint = 'This price is known with other terms: the provider''s prices never change.';
    end if;
end;
$$;

comment on function credits.store_provider_price(
    text, text, text, text, text, bigint, text, text
) is
'Keeps what the provider calls the price of a plan or a pack.';

revoke all on function credits.store_provider_price(
    text, text, text, text, text, bigint, text, text
) from public, anon, authenticated, service_role;
grant execute on function credits.store_provider_price(
    text, text, text, text, text, bigint, text, text
) to service_role;

-- source: sql/functions/billing/subscription_policy.sql sha256:e0ba1a2f420b0a1975a96ee2a472e1e5116e5286123f64a4a1cce090f84b92ad
-- When a change of plan counts, as the catalog in force says: now or renewal.
--
-- Errors   PT409 no_catalog
create or replace function credits.subscription_policy()
returns table (upgrade text, downgrade text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select c.upgrade, c.downgrade from credits.catalog_in_force() as c;
end;
$$;

comment on function credits.subscription_policy() is
'When a change of plan counts.';

revoke all on function credits.subscription_policy() from public, anon, authenticated, service_role;
grant execute on function credits.subscription_policy() to credits_edge, service_role;

-- source: sql/functions/billing/subscription_row.sql sha256:cc55aeb86a5e6fc1d5f79682450b6410f586f14e23994dfc6f49ae6c88cdee35
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

-- source: sql/functions/billing/take_own.sql sha256:dacdcdb37393ec883cd57551bb09b05707473b64919c65eff6524c0f028707b3
-- Takes credits out of what a payment gave: out of one of its grants, then out of what was
-- reinstated of it, as far as that goes.
--
-- Returns  the account with its head as it stands then, and how much each grant gave.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.take_own(
    p_account credits.accounts,
    p_payment_id text,
    p_grant_id bigint,
    p_amount numeric
)
returns credits.burnt_grants
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_grants jsonb := '{}'::jsonb;
    v_left numeric := p_amount;
    v_grant record;
begin
    for v_grant in
        select o.id, o.remaining
        from credits.open_grants(p_account) as o
        inner join credits.grants as g on o.id = g.id and g.account_id = p_account.id
        where
            g.id = p_grant_id
            or g.source = 'reinstatement' and g.reference = p_payment_id
        order by g.id <> p_grant_id, g.id
    loop
        exit when v_left = 0;
        v_grants := v_grants
            || jsonb_build_object(v_grant.id, least(v_left, v_grant.remaining));
        p_account := credits.take_credits(
            p_account, v_grant.id, least(v_left, v_grant.remaining)
        );
        v_left := v_left - least(v_left, v_grant.remaining);
    end loop;
    return (p_account, v_grants)::credits.burnt_grants;
end;
$$;

comment on function credits.take_own(credits.accounts, text, bigint, numeric) is
'Takes credits out of what a payment gave.';

revoke all on function credits.take_own(credits.accounts, text, bigint, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/topup_spent.sql sha256:c40f0d56dfb1d8f128a6b1ac29e5fb7aa0460cc0c716d015f3ceee1cf18d5dac
-- What an account's automatic top-ups of the running calendar month (UTC) come to, the one in
-- flight with them.
--
-- Units    minor units of the catalog's currency.
create or replace function credits.topup_spent(p_account_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(o.total_cents), 0)::bigint
    from credits.orders as o
    where
        o.account_id = p_account_id
        and o.is_topup
        and o.status in ('open', 'paid')
        and coalesce(o.paid_at, o.created_at)
        >= credits.month_of(clock_timestamp())::timestamp at time zone 'UTC'
$$;

comment on function credits.topup_spent(uuid) is
'What an account''s automatic top-ups of this month come to.';

revoke all on function credits.topup_spent(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/wants_topup.sql sha256:3e0b67e5ef781e16014d4a5d54c06c2c36e95235e0ae8a2342566bde5b1b7408
-- Whether a locked account is to be topped up now: it is switched on and not paused, and less than
-- the threshold is available. An account in debt is not topped up: somebody has just taken money
-- back.
create or replace function credits.wants_topup(p_account credits.accounts)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from credits.auto_topups as t
        where
            t.account_id = p_account.id
            and t.is_enabled
            and p_account.status = 'active'
            and p_account.debt = 0
            and coalesce(t.paused_until_at, '-infinity') <= clock_timestamp()
            and t.next_attempt_at <= clock_timestamp()
            and p_account.balance - p_account.held < t.threshold
    );
end;
$$;

comment on function credits.wants_topup(credits.accounts) is
'Whether a locked account is to be topped up now.';

revoke all on function credits.wants_topup(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/apply_stripe_event.sql sha256:38204a58e5f4779db7d045bf6d04a264f299036973eaf770caf21cfc63183f3f
-- Applies one Stripe event, once however often it is delivered: stores it as it came, then hands it
-- to the rule for its type.
--
-- Seen is not done: a failure undoes what the rule did and is kept with the event, which is tried
-- again by the next delivery and by retry_due_stripe_events. The caller must commit in every case
-- and answer 5xx for failed.
--
-- p_payload  the bytes that Stripe signed, as text.
-- Returns    applied, ignored (nothing to do, or done already), waiting (for news of what it is
--            about), quarantined (a person must look) or failed.
-- Errors     22023 invalid_event
-- Locks      credits.stripe_events: one row; what the rule locks.
create or replace function credits.apply_stripe_event(p_payload text)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb := credits.read_payload(p_payload);
    v_state text;
begin
    insert into credits.stripe_events (id, type, payload, state, attempts)
    values (v_event ->> 'id', v_event ->> 'type', p_payload, 'failed', 0)
    on conflict (id) do nothing;
    select e.state into strict v_state
    from credits.stripe_events as e
    where e.id = v_event ->> 'id'
    for update;
    if v_state in ('failed', 'waiting') then
        v_state := (credits.try_stripe_event(v_event ->> 'id')).state;
    end if;
    return v_state;
end;
$$;

comment on function credits.apply_stripe_event(text) is
'Applies one Stripe event, once however often it is delivered.';

revoke all on function credits.apply_stripe_event(text)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_stripe_event(text) to credits_edge, service_role;

-- source: sql/functions/stripe/apply_stripe_object.sql sha256:6f64dc148b24dd1a0044b2d75a3cff7f6af0efc812066d2df09eeec354644f1a
-- Applies an object as Stripe's API shows it now, as if an event of a type told it: what a lost
-- event left undone is repaired, and what is known already changes nothing.
--
-- It is kept as an event of its own, one per type and object, while it cannot be applied, or when
-- it changed something.
--
-- p_object    the object's JSON.
-- p_livemode  the mode of the key with which it was fetched.
-- Returns     as apply_stripe_event.
-- Errors      22023 invalid_event
-- Locks       what the rule for the type locks.
create or replace function credits.apply_stripe_object(
    p_type text,
    p_object text,
    p_livemode boolean
)
returns credits.outcome
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text;
    v_before text;
    v_outcome credits.outcome;
begin
    v_id := concat_ws(
        ':', 'fetched', p_type,
        credits.read_payload(
            format('{"id": "", "type": "", "object": %s}', p_object)
        ) #>> '{object,id}'
    );
    insert into credits.stripe_events (id, type, payload, state, attempts)
    values (
        v_id, p_type,
        format(
            '{"id": %s, "type": %s, "livemode": %s, "data": {"object": %s}}',
            to_json(v_id), to_json(p_type), to_json(p_livemode), p_object
        ),
        'failed', 0
    )
    on conflict (id) do update
    set payload = excluded.payload, received_at = clock_timestamp()
    returning case when attempts > 0 then state end into strict v_before;

    v_outcome := credits.try_stripe_event(v_id);
    if v_outcome.state = 'ignored' and v_before = 'applied' then
        update credits.stripe_events as e set state = v_before where e.id = v_id;
    elsif v_outcome.state = 'ignored' then
        delete from credits.stripe_events as e where e.id = v_id;
    end if;
    return v_outcome;
end;
$$;

comment on function credits.apply_stripe_object(text, text, boolean) is
'Applies an object as Stripe''s API shows it now.';

revoke all on function credits.apply_stripe_object(text, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_stripe_object(
    text, text, boolean
) to credits_edge, service_role;

-- source: sql/functions/stripe/as_uuid.sql sha256:7cec9e025efaf49340ab2cd0f1caf3808388630e8932b0b7f1391ef65d2f1a44
-- A text as a uuid; null for one that is none.
create or replace function credits.as_uuid(p_text text)
returns uuid
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when credits.is_uuid(p_text) then p_text::uuid end
$$;

comment on function credits.as_uuid(text) is
'A text as a uuid, null for one that is none.';

revoke all on function credits.as_uuid(text) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/invoice_lines.sql sha256:8138381ae78078feae5a61ab90449d52c6e2f62605959294cbecd50175c8da04
-- The lines of an invoice that pay for a period of a plan, ours first. What a discount takes off
-- stands beside a line's amount, so that a line of nothing is a trial. Of a change within the
-- period only the line that is paid counts; on a renewal the lines that settle an earlier change do
-- not.
--
-- Returns  plan: null for a price that is not ours. problem: why such a line cannot be ours.
create or replace function credits.invoice_lines(p_invoice jsonb)
returns credits.invoice_line[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        array_agg(
            (
                l.plan, l.is_prorated, l.period_start_at, l.period_end_at, l.problem
            )::credits.invoice_line
            order by l.plan is null
        ),
        '{}'
    )
    from credits.plan_lines(p_invoice) as l
    where
        l.amount_cents > 0
        and (not l.is_prorated or p_invoice ->> 'billing_reason' = 'subscription_update')
$$;

comment on function credits.invoice_lines(jsonb) is
'The lines of an invoice that pay for a period of a plan.';

revoke all on function credits.invoice_lines(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/invoice_shares.sql sha256:b113b0fa3a2ae084add84a176142ea7cc906651c0ce70f69a6b38397bcf865ef
-- Of how much of which plans an invoice pays within a running period: by the share of the price, so
-- that who pays for the last day of a month gets the credits of a day.
create or replace function credits.invoice_shares(p_invoice jsonb)
returns credits.plan_share[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array_agg(
        (
            l.plan, least(1, l.amount_cents::numeric(40, 20) / l.price_cents)
        )::credits.plan_share
    )
    from credits.plan_lines(p_invoice) as l
    where l.is_prorated and l.plan is not null
$$;

comment on function credits.invoice_shares(jsonb) is
'Of how much of which plans an invoice pays within a running period.';

revoke all on function credits.invoice_shares(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/invoice_subscription.sql sha256:512228d64b54a91f4575afcbfcac2b8f3ab7d517762d7761079f340d6216a74a
-- The subscription that an invoice bills: below parent since the version "basil" of Stripe's API,
-- on the invoice before. Null for an invoice of something else.
create or replace function credits.invoice_subscription(p_invoice jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        p_invoice #>> '{parent,subscription_details,subscription}',
        p_invoice ->> 'subscription'
    )
$$;

comment on function credits.invoice_subscription(jsonb) is
'The subscription that an invoice bills.';

revoke all on function credits.invoice_subscription(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/list_open_stripe_events.sql sha256:0f739708a895907fd2fa672c87fd86acde80c7573ab18200c870c4c5d54fcafc
-- The events that are not settled, or that a person must look at, oldest first.
--
-- Returns  about: the object that the event tells of.
-- Errors   22023 invalid_batch_size
create or replace function credits.list_open_stripe_events(p_limit integer)
returns table (
    id text,
    type text,
    about text,
    state text,
    reason text,
    attempts integer,
    received_at timestamptz,
    next_attempt_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_job(statement_timestamp(), p_limit);
    return query
    select
        e.id, e.type, credits.read_payload(e.payload) #>> '{data,object,id}', e.state, e.reason,
        e.attempts, e.received_at, e.next_attempt_at
    from credits.stripe_events as e
    where e.state in ('quarantined', 'failed', 'waiting')
    order by e.received_at, e.id
    limit p_limit;
end;
$$;

comment on function credits.list_open_stripe_events(integer) is
'The Stripe events that are not settled, or that a person must look at.';

revoke all on function credits.list_open_stripe_events(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.list_open_stripe_events(integer) to credits_edge, service_role;

-- source: sql/functions/stripe/plan_items.sql sha256:eebd7c372e12c23bd802076cd8e2ed9e22abc88e651cc6537a49d8f487751149
-- The items of a subscription whose prices are those of our plans.
create or replace function credits.plan_items(p_subscription jsonb)
returns table (item jsonb, plan text)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select i.item, p.code::text
    from jsonb_array_elements(p_subscription #> '{items,data}') as i (item)
    inner join credits.provider_prices as p
        on i.item #>> '{price,id}' = p.price_id
        and p.provider = 'stripe'
        and p.kind = 'plan'
$$;

comment on function credits.plan_items(jsonb) is
'The items of a subscription whose prices are those of our plans.';

revoke all on function credits.plan_items(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/plan_lines.sql sha256:732837eaae2475ea5e98a76edcf87a348a7776367624a6fc9adcc348e6362009
-- The lines of an invoice that bill a subscription, with the plan whose price they name: null for a
-- price that is not ours.
--
-- Units    amount_cents: minor units, before discounts, below 0 for what is given back.
--          price_cents: of a whole period.
-- Returns  is_prorated: for a part of a period.
create or replace function credits.plan_lines(p_invoice jsonb)
returns table (
    plan text,
    price_cents bigint,
    amount_cents bigint,
    is_prorated boolean,
    period_start_at timestamptz,
    period_end_at timestamptz,
    problem text
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with lines as (
        select
            l.item,
            coalesce(
                l.item #>> '{pricing,price_details,price}',
                l.item #>> '{price,id}'
            ) as price_id,
            coalesce(
                l.item #>> '{parent,subscription_item_details,proration}',
                l.item #>> '{parent,invoice_item_details,proration}',
                l.item ->> 'proration',
                'false'
            )::boolean as is_prorated,
            (l.item ->> 'amount')::bigint as amount_cents,
            credits.stripe_time(l.item #> '{period,start}') as period_start_at,
            credits.stripe_time(l.item #> '{period,end}') as period_end_at
        from jsonb_array_elements(p_invoice #> '{lines,data}') as l (item)
        where
            l.item #>> '{parent,subscription_item_details,subscription_item}' is not null
            or l.item #>> '{parent,invoice_item_details,subscription}' is not null
            or l.item ->> 'subscription_item' is not null
    )

    select
        p.code::text, p.amount_cents, l.amount_cents, l.is_prorated, l.period_start_at,
        l.period_end_at,
        case
            when not coalesce(l.period_end_at > l.period_start_at, false) then 'no period'
            when (l.item ->> 'quantity')::numeric <> 1 then 'quantity is not 1'
            when l.item ->> 'currency' <> p.currency then 'currency differs'
            when not l.is_prorated and l.amount_cents <> p.amount_cents
                then 'amount differs from the price'
        end
    from lines as l
    left join credits.provider_prices as p
        on l.price_id = p.price_id and p.provider = 'stripe' and p.kind = 'plan'
$$;

comment on function credits.plan_lines(jsonb) is
'The lines of an invoice that bill a subscription, with their plans.';

revoke all on function credits.plan_lines(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/read_subscription.sql sha256:cf26c6c15a6a8fa9bd67890a43f442cc69fa5ffad0eb4cc470e33c557eefbbcc
-- A subscription as Stripe tells it, in plain words. Its period stands on its items since the
-- version "basil" of the API (2025-03-31), and on itself before.
--
-- Returns  plan: that of the item whose price is ours, null without one. told_rank: of news of the
--          same second, an end comes after an update and an update after the beginning; then an
--          active status after others; a fetched object comes last.
create or replace function credits.read_subscription(
    p_type text,
    p_subscription jsonb,
    p_told_at timestamptz,
    p_event_id text
)
returns credits.subscription_news
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_status text := case
        when p_type = 'customer.subscription.deleted' then 'canceled'
        else p_subscription ->> 'status'
    end;
    v_item jsonb;
    v_plan text;
begin
    select i.item, i.plan into v_item, v_plan
    from credits.plan_items(p_subscription) as i;
    return (
        p_subscription ->> 'id',
        v_plan,
        v_status,
        credits.stripe_time(coalesce(
            v_item -> 'current_period_start', p_subscription -> 'current_period_start'
        )),
        credits.stripe_time(coalesce(
            v_item -> 'current_period_end', p_subscription -> 'current_period_end'
        )),
        credits.stripe_time(p_subscription -> 'cancel_at'),
        (p_subscription ->> 'cancel_at_period_end')::boolean
        or coalesce(p_subscription ->> 'cancel_at' is not null, false),
        jsonb_typeof(p_subscription -> 'pause_collection') = 'object',
        credits.stripe_time(p_subscription -> 'trial_end'),
        credits.stripe_time(p_subscription -> 'ended_at'),
        p_told_at,
        case
            when p_told_at is null then 100
            when p_type = 'customer.subscription.created' then 0
            when p_type = 'customer.subscription.deleted' then 20
            else 10
        end + case v_status when 'active' then 2 when 'trialing' then 1 else 0 end,
        p_event_id
    )::credits.subscription_news;
end;
$$;

comment on function credits.read_subscription(text, jsonb, timestamptz, text) is
'A subscription as Stripe tells it, in plain words.';

revoke all on function credits.read_subscription(text, jsonb, timestamptz, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/retry_due_stripe_events.sql sha256:32f968fa0e5b51055ae8afad5205aa33523c5e6719e3815dd4d62bd658eb8ef5
-- Tries again what is due: failed events whose time has come, and waiting ones whose object is
-- known by now. What has waited for 30 days is about nothing of ours, and is ignored.
--
-- p_at     what is due by then.
-- Returns  how many were tried; 0 while another session does it: two, each with the accounts of
--          the other's events, would wait for each other.
-- Errors   22023 invalid_time, invalid_batch_size
-- Locks    credits.stripe_events: their rows, until commit; what their rules lock.
create or replace function credits.retry_due_stripe_events(p_at timestamptz, p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event_id text;
    v_count integer := 0;
begin
    perform credits.check_job(p_at, p_limit);
    if not pg_try_advisory_xact_lock(hashtextextended('credits.retry_due_stripe_events', 0)) then
        return 0;
    end if;
    update credits.stripe_events as e
    set
        state = 'ignored',
        reason = 'about nothing of ours',
        settled_at = clock_timestamp()
    where e.id in (
        select w.id
        from credits.stripe_events as w
        where w.state = 'waiting' and w.received_at < p_at - interval '30 days'
        for update skip locked
    );

    for v_event_id in
        select e.id
        from credits.stripe_events as e
        where
            e.state = 'failed' and coalesce(e.next_attempt_at, '-infinity') <= p_at
            or e.state = 'waiting' and credits.account_of('stripe', e.object_id) is not null
        order by e.received_at
        limit p_limit
        for update skip locked
    loop
        perform credits.try_stripe_event(v_event_id);
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function credits.retry_due_stripe_events(timestamptz, integer) is
'Tries again the Stripe events that are due.';

revoke all on function credits.retry_due_stripe_events(timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.retry_due_stripe_events(
    timestamptz, integer
) to credits_edge, service_role;

-- source: sql/functions/stripe/retry_stripe_event.sql sha256:c45f9da3e97441f56e7709001dccb5695f26aa7a955eab77a2b93ddbb8d22f9f
-- Tries a stored event again, by hand: one that failed, that waits, or that a person has looked at.
-- What is applied or ignored stays so.
--
-- Errors   PT404 event_not_found
-- Locks    credits.stripe_events: one row; what the rule for its type locks.
create or replace function credits.retry_stripe_event(p_event_id text)
returns credits.outcome
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_outcome credits.outcome;
begin
    select e.state, e.reason, e.object_id into v_outcome
    from credits.stripe_events as e
    where e.id = p_event_id
    for update;
    if not found then
        raise exception 'event_not_found' using
            errcode = 'PT404',
            hint = 'No event of this id was received.';
    elsif v_outcome.state in ('applied', 'ignored') then
        return v_outcome;
    end if;
    return credits.try_stripe_event(p_event_id);
end;
$$;

comment on function credits.retry_stripe_event(text) is
'Tries a stored event again.';

revoke all on function credits.retry_stripe_event(text)
from public, anon, authenticated, service_role;
grant execute on function credits.retry_stripe_event(text) to credits_edge, service_role;

-- source: sql/functions/stripe/settle_charge.sql sha256:70b4dbac65cb37582db083a7c8a71b4d1dd4fb45fc0f05372b4713a9e03ef6a4
-- How much of a charge is refunded in all.
create or replace function credits.settle_charge(p_charge jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_charge ->> 'payment_intent' is null then
        return ('ignored', 'not a payment of ours', null)::credits.outcome;
    end if;
    return credits.note_refunded_total(
        'stripe',
        p_charge ->> 'payment_intent',
        (p_charge ->> 'amount_refunded')::bigint,
        p_charge ->> 'currency'
    );
end;
$$;

comment on function credits.settle_charge(jsonb) is
'Takes in how much of a charge is refunded in all.';

revoke all on function credits.settle_charge(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_checkout_session.sql sha256:2ee3e94f7b34ecb4699ae25e3bc6c2525015073a30ad854a335de8bdf9311bc0
-- A checkout session has ended: the order that its metadata names (the edge wrote it) is paid when
-- Stripe says so; one that pays later is told again when it has. A session for a plan is only done
-- with: its invoices are paid.
drop function if exists credits.settle_checkout_session(jsonb);
create or replace function credits.settle_checkout_session(p_type text, p_session jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.as_uuid(p_session #>> '{metadata,account_id}');
    v_order_id uuid := credits.as_uuid(p_session #>> '{metadata,order_id}');
begin
    if v_account_id is null or v_order_id is null then
        return ('quarantined', 'no order in the metadata', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(
        credits.account_of('stripe', p_session ->> 'customer'), v_account_id
    ) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif p_type = 'checkout.session.expired' then
        return credits.end_order(v_account_id, v_order_id, 'expired');
    elsif p_type = 'checkout.session.async_payment_failed' then
        return credits.end_order(v_account_id, v_order_id, 'failed');
    elsif p_session ->> 'mode' = 'subscription' then
        return credits.end_order(v_account_id, v_order_id, 'completed');
    elsif p_session ->> 'mode' is distinct from 'payment' then
        return ('ignored', 'no payment', null)::credits.outcome;
    elsif p_session ->> 'payment_status' in ('paid', 'no_payment_required') then
        return credits.settle_payment(
            v_account_id, v_order_id, 'stripe',
            coalesce(p_session ->> 'payment_intent', p_session ->> 'id'),
            (p_session ->> 'amount_total')::bigint,
            p_session ->> 'currency'
        );
    end if;
    return ('ignored', 'not paid yet', null)::credits.outcome;
end;
$$;

comment on function credits.settle_checkout_session(text, jsonb) is
'Settles the order of a checkout session that has ended.';

revoke all on function credits.settle_checkout_session(text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_dispute.sql sha256:c014aca171d7d801930be671a97a1d39329e8b39405156a269831b21cfaf867c
-- A dispute of a payment at the bank, which Stripe calls so: here it is a chargeback. (A dispute is
-- a user's complaint about a charge of credits.)
create or replace function credits.settle_dispute(p_dispute jsonb, p_told_at timestamptz)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_dispute ->> 'payment_intent' is null then
        return ('ignored', 'not a payment of ours', null)::credits.outcome;
    end if;
    return credits.note_chargeback(
        'stripe',
        p_dispute ->> 'payment_intent',
        p_dispute ->> 'id',
        (p_dispute ->> 'amount')::bigint,
        p_dispute ->> 'currency',
        p_dispute ->> 'status',
        p_told_at
    );
end;
$$;

comment on function credits.settle_dispute(jsonb, timestamptz) is
'Takes in a chargeback of a payment.';

revoke all on function credits.settle_dispute(jsonb, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_failed_invoice.sql sha256:4246079eb0b8d6de3281a61cac8bcfbce81485f5756433ce3790f5d9a66274fe
-- A subscription could not be paid: the account is told, once per attempt. What becomes of the
-- subscription Stripe tells apart.
create or replace function credits.settle_failed_invoice(p_invoice jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of('stripe', p_invoice ->> 'customer');
begin
    if v_account_id is not null
        and credits.invoice_subscription(p_invoice) is not null
        and credits.put_notice(
            v_account_id, 'payment_failed',
            concat(p_invoice ->> 'id', ':', p_invoice ->> 'attempt_count'),
            jsonb_build_object(
                'invoice_id', p_invoice ->> 'id',
                'amount_cents', p_invoice -> 'amount_due',
                'currency', p_invoice -> 'currency'
            )
        )
    then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'nobody to be told, or told already', null)::credits.outcome;
end;
$$;

comment on function credits.settle_failed_invoice(jsonb) is
'Tells the account of a subscription that could not be paid.';

revoke all on function credits.settle_failed_invoice(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_invoice_payment.sql sha256:9141fc3cf96bb6382ac8e9167da2ad4ff1d56e6b35e9d73f8bc3791df13b79d6
-- By which payment an invoice was paid, told apart since the version "basil" of Stripe's API.
create or replace function credits.settle_invoice_payment(p_invoice_payment jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_invoice_payment #>> '{payment,payment_intent}' is null then
        return ('ignored', 'not paid by a payment intent', null)::credits.outcome;
    end if;
    return credits.link_intent(
        'stripe',
        p_invoice_payment ->> 'invoice',
        p_invoice_payment #>> '{payment,payment_intent}'
    );
end;
$$;

comment on function credits.settle_invoice_payment(jsonb) is
'Notes by which payment an invoice was paid.';

revoke all on function credits.settle_invoice_payment(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_paid_invoice.sql sha256:60bbcdb0fc34e46f038f136f95625dcd4bcad8c32aa0a297b4aa72042ec2f1dc
-- A paid invoice: it pays for the plan whose price is on one of its lines. An invoice of other
-- things, of a trial, or of a plan for nothing pays for no credits.
create or replace function credits.settle_paid_invoice(p_invoice jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of('stripe', p_invoice ->> 'customer');
    v_subscription_id text := credits.invoice_subscription(p_invoice);
    v_claimed_id uuid := credits.as_uuid(coalesce(
        p_invoice #>> '{parent,subscription_details,metadata,account_id}',
        p_invoice #>> '{subscription_details,metadata,account_id}'
    ));
    v_lines credits.invoice_line[] := credits.invoice_lines(p_invoice);
    v_line credits.invoice_line := v_lines[1];
begin
    if p_invoice ->> 'status' is distinct from 'paid' then
        return ('ignored', 'not paid', null)::credits.outcome;
    elsif v_account_id is not null
        and v_subscription_id is not null
        and p_invoice #> '{lines,has_more}' = 'true'
        and (credits.payment_row(v_account_id, 'stripe', p_invoice ->> 'id')).id is null
    then
        return ('quarantined', 'it has more lines than were told', null)::credits.outcome;
    elsif v_subscription_id is null or v_lines = '{}' then
        return ('ignored', 'no paid period of a plan', null)::credits.outcome;
    elsif v_line.plan is null and v_account_id is null then
        return ('ignored', 'not an invoice of ours', null)::credits.outcome;
    elsif v_account_id is null then
        return ('quarantined', 'unknown customer', null)::credits.outcome;
    elsif v_line.plan is null then
        return ('quarantined', 'unknown price', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(v_claimed_id, v_account_id) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif (select count(l.plan) from unnest(v_lines) as l) > 1 then
        return ('quarantined', 'several plans', null)::credits.outcome;
    elsif p_invoice ->> 'amount_paid' is null then
        return ('quarantined', 'no amount', null)::credits.outcome;
    elsif v_line.problem is not null then
        return ('quarantined', v_line.problem, null)::credits.outcome;
    end if;
    return credits.settle_invoice(
        v_account_id, 'stripe',
        (
            p_invoice ->> 'id',
            coalesce(
                p_invoice ->> 'payment_intent',
                p_invoice #>> '{payments,data,0,payment,payment_intent}'
            ),
            v_subscription_id,
            v_line.plan,
            v_line.is_prorated,
            (p_invoice ->> 'amount_paid')::bigint,
            p_invoice ->> 'currency',
            v_line.period_start_at,
            v_line.period_end_at,
            credits.invoice_shares(p_invoice)
        )::credits.paid_invoice
    );
end;
$$;

comment on function credits.settle_paid_invoice(jsonb) is
'Settles a paid invoice.';

revoke all on function credits.settle_paid_invoice(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_payment_intent.sql sha256:595b89c6142fa96e748a4d309bddcfca05af1ee2610982488e8dd660e54fc5db
-- A payment of an order has come in, whoever tells it first, the session or the payment; or an
-- automatic top-up could not be paid. What buyers try on the pay page is no news until they
-- succeed.
create or replace function credits.settle_payment_intent(p_type text, p_intent jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.as_uuid(p_intent #>> '{metadata,account_id}');
    v_order_id uuid := credits.as_uuid(p_intent #>> '{metadata,order_id}');
begin
    if v_account_id is null or v_order_id is null then
        return ('ignored', 'no order in the metadata', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(
        credits.account_of('stripe', p_intent ->> 'customer'), v_account_id
    ) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif p_type = 'payment_intent.succeeded' then
        return credits.settle_payment(
            v_account_id, v_order_id, 'stripe', p_intent ->> 'id',
            (p_intent ->> 'amount_received')::bigint, p_intent ->> 'currency'
        );
    end if;
    return credits.end_topup(
        v_account_id, v_order_id,
        case
            when p_intent #>> '{last_payment_error,code}' = 'authentication_required'
                then 'requires_action'
            else 'declined'
        end
    );
end;
$$;

comment on function credits.settle_payment_intent(text, jsonb) is
'Settles a payment of an order, or a top-up that could not be paid.';

revoke all on function credits.settle_payment_intent(text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_refund.sql sha256:8a72e52f0fa2ced80fe6527178f514ab0868dfa412c0c9e8ca9d9873df183c61
-- One refund of a payment.
create or replace function credits.settle_refund(p_refund jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_refund ->> 'payment_intent' is null then
        return ('ignored', 'not a payment of ours', null)::credits.outcome;
    end if;
    return credits.note_refund(
        'stripe',
        p_refund ->> 'payment_intent',
        p_refund ->> 'id',
        (p_refund ->> 'amount')::bigint,
        p_refund ->> 'currency',
        coalesce(p_refund ->> 'status', 'pending')
    );
end;
$$;

comment on function credits.settle_refund(jsonb) is
'Takes in one refund of a payment.';

revoke all on function credits.settle_refund(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_stripe_event.sql sha256:812642e13bed7686e8d349f2a3e5c9082d179fb8ab36d673f941feb21e2cb34b
-- What a type of Stripe event means: the only place that knows.
--
-- Errors   whatever its rule raises: the event has failed then.
drop function if exists credits.settle_stripe_event(jsonb);
create or replace function credits.settle_stripe_event(p_event jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type text := p_event ->> 'type';
    v_object jsonb := p_event #> '{data,object}';
    v_told_at timestamptz := to_timestamp((p_event ->> 'created')::bigint);
begin
    if (p_event -> 'livemode') <> to_jsonb(credits.livemode('stripe')) then
        return ('quarantined', 'test and live mode do not mix', null)::credits.outcome;
    end if;
    return case
        when v_type in (
            'checkout.session.completed', 'checkout.session.async_payment_succeeded',
            'checkout.session.async_payment_failed', 'checkout.session.expired'
        ) then credits.settle_checkout_session(v_type, v_object)
        when v_type in (
            'payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.canceled'
        ) then credits.settle_payment_intent(v_type, v_object)
        when v_type in (
            'customer.subscription.created', 'customer.subscription.updated',
            'customer.subscription.deleted', 'customer.subscription.paused',
            'customer.subscription.resumed'
        ) then credits.settle_subscription(v_type, v_object, v_told_at, p_event ->> 'id')
        when v_type in ('invoice.paid', 'invoice.payment_succeeded')
            then credits.settle_paid_invoice(v_object)
        when v_type = 'invoice.payment_failed' then credits.settle_failed_invoice(v_object)
        when v_type = 'invoice_payment.paid' then credits.settle_invoice_payment(v_object)
        when v_type = 'charge.refunded' then credits.settle_charge(v_object)
        when v_type in (
            'refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'
        ) then credits.settle_refund(v_object)
        when v_type in (
            'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed',
            'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated'
        ) then credits.settle_dispute(v_object, v_told_at)
        when v_type = 'customer.deleted'
            then credits.forget_customer('stripe', v_object ->> 'id')
        else ('ignored', 'no rule for this type', null)::credits.outcome
    end;
end;
$$;

comment on function credits.settle_stripe_event(jsonb) is
'Hands a Stripe event to the rule for its type.';

revoke all on function credits.settle_stripe_event(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_subscription.sql sha256:c6b2a8bd9d8726272517013dea046bd7864d8feb608fc326340e5e0a7d828148
-- What Stripe tells of a subscription. Whose it is says its customer; where the metadata names
-- another account, a person must look.
create or replace function credits.settle_subscription(
    p_type text,
    p_subscription jsonb,
    p_told_at timestamptz,
    p_event_id text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.account_of('stripe', p_subscription ->> 'customer');
    v_news credits.subscription_news := credits.read_subscription(
        p_type, p_subscription, p_told_at, p_event_id
    );
begin
    if v_account_id is null and v_news.plan is null then
        return ('ignored', 'not a subscription of ours', null)::credits.outcome;
    elsif v_account_id is null then
        return ('quarantined', 'unknown customer', null)::credits.outcome;
    elsif v_news.plan is null then
        return ('quarantined', 'unknown price', null)::credits.outcome;
    elsif v_account_id is distinct from coalesce(
        credits.as_uuid(p_subscription #>> '{metadata,account_id}'), v_account_id
    ) then
        return ('quarantined', 'the customer is of another account', null)::credits.outcome;
    elsif (select count(*) from credits.plan_items(p_subscription)) > 1 then
        return ('quarantined', 'several plans', null)::credits.outcome;
    elsif credits.is_live(v_news.status)
        and not coalesce(v_news.current_period_end_at > v_news.current_period_start_at, false)
    then
        return ('quarantined', 'no period', null)::credits.outcome;
    end if;
    return credits.note_subscription(v_account_id, 'stripe', v_news);
end;
$$;

comment on function credits.settle_subscription(text, jsonb, timestamptz, text) is
'Settles what Stripe tells of a subscription.';

revoke all on function credits.settle_subscription(text, jsonb, timestamptz, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/stripe_time.sql sha256:9a66cab66af7d3d49f928d3b2915108d432ba349eaa98073ca7c675dbbcd08d4
-- A time of Stripe: seconds since 1970. Null for none.
create or replace function credits.stripe_time(p_seconds jsonb)
returns timestamptz
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select to_timestamp((p_seconds #>> '{}')::bigint)
$$;

comment on function credits.stripe_time(jsonb) is
'A time of Stripe as a time.';

revoke all on function credits.stripe_time(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/try_stripe_event.sql sha256:d1f9097e61f060459c51ed9a3b0701a43ee39231c2afcbe157c341150767e1bf
-- Tries to apply a stored event that the caller has locked, and notes what came of it. What a
-- person must look at is put into the outbox: a value that cannot be read, too, or a plan that is
-- not in the catalog, for no repetition mends them.
-- What waited for its object is tried then.
--
-- A failed event is tried again after 1, 2, 4 ... minutes, at most 6 hours.
--
-- Locks    what the rule for its type locks.
create or replace function credits.try_stripe_event(p_event_id text)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb;
    v_outcome credits.outcome;
begin
    select credits.read_payload(e.payload) into strict v_event
    from credits.stripe_events as e
    where e.id = p_event_id;
    begin
        v_outcome := credits.settle_stripe_event(v_event);
    exception when data_exception or not_null_violation or check_violation then
        v_outcome := ('quarantined', sqlstate || ' ' || sqlerrm, null)::credits.outcome;
    when others then
        v_outcome := ('failed', sqlstate || ' ' || sqlerrm, null)::credits.outcome;
        raise warning 'pgcredits: stripe event % failed: %', p_event_id, v_outcome.reason;
    end;
    update credits.stripe_events as e
    set
        state = v_outcome.state,
        reason = v_outcome.reason,
        object_id = v_outcome.object_id,
        attempts = e.attempts + 1,
        next_attempt_at = case
            when v_outcome.state = 'failed'
                then clock_timestamp() + least(
                    interval '6 hours', interval '1 minute' * 2 ^ least(e.attempts, 20)
                )
        end,
        settled_at = case
            when v_outcome.state not in ('failed', 'waiting') then clock_timestamp()
        end
    where e.id = p_event_id;
    if v_outcome.state = 'applied' then
        perform credits.try_waiting_events(v_event #> '{data,object}');
    elsif v_outcome.state = 'quarantined' then
        perform credits.put_notice(
            null, 'stripe_event_quarantined', p_event_id,
            jsonb_build_object(
                'event_id', p_event_id, 'type', v_event ->> 'type', 'reason', v_outcome.reason
            )
        );
    end if;
    return v_outcome;
end;
$$;

comment on function credits.try_stripe_event(text) is
'Tries to apply a stored event, and notes what came of it.';

revoke all on function credits.try_stripe_event(text)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/try_waiting_events.sql sha256:db0c5170168e95323906acc80015a5a864ed62aa7c4d90c7d3a67bac4015d632
-- Tries the events again that waited for what an event has told of: the payment of a refund, the
-- invoice of a payment. One that another session holds is left for the maintenance.
--
-- p_object  what the event told of.
-- Locks     credits.stripe_events: their rows, until commit; what their rules lock.
create or replace function credits.try_waiting_events(p_object jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event_id text;
begin
    for v_event_id in
        select e.id
        from credits.stripe_events as e
        where
            e.state = 'waiting'
            and e.object_id in (
                p_object ->> 'id',
                p_object ->> 'payment_intent',
                p_object #>> '{payment,payment_intent}',
                p_object #>> '{payments,data,0,payment,payment_intent}'
            )
        order by e.received_at
        for update skip locked
    loop
        -- The one before it may have tried it already.
        if (select e.state from credits.stripe_events as e where e.id = v_event_id) = 'waiting' then
            perform credits.try_stripe_event(v_event_id);
        end if;
    end loop;
end;
$$;

comment on function credits.try_waiting_events(jsonb) is
'Tries the events again that waited for what an event has told of.';

revoke all on function credits.try_waiting_events(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/unseen_stripe_events.sql sha256:58dd56e885d2d03270a7c60f0d2fd43c6783acf16a02bed0295106d7fc985eb2
-- Which of these events were never received.
create or replace function credits.unseen_stripe_events(p_ids text[])
returns setof text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select i.id
    from unnest(p_ids) as i (id)
    where not exists (select from credits.stripe_events as e where e.id = i.id)
$$;

comment on function credits.unseen_stripe_events(text[]) is
'Which of these Stripe events were never received.';

revoke all on function credits.unseen_stripe_events(text[])
from public, anon, authenticated, service_role;
grant execute on function credits.unseen_stripe_events(text[]) to credits_edge, service_role;

-- source: sql/functions/notify/put_notice.sql sha256:48f8caa7412d8d669a38ecb143394fa0f13f667c39d7d2d980527ecb3f6b55c0
-- Puts a notice into the outbox, once per topic and key: it goes out with what it tells of, or not
-- at all.
--
-- p_account_id  whom it concerns; null for those who run the system.
-- Returns  false when it was there already.
create or replace function credits.put_notice(
    p_account_id uuid,
    p_topic text,
    p_key text,
    p_payload jsonb
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.outbox (account_id, topic, key, payload)
    values (p_account_id, p_topic, p_key, p_payload)
    on conflict (topic, key) do nothing;
    return found;
end;
$$;

comment on function credits.put_notice(uuid, text, text, jsonb) is
'Puts a notice into the outbox, once per topic and key.';

revoke all on function credits.put_notice(uuid, text, text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/account_violations.sql sha256:961d31aab189f7884cbc6277e8cf27d551d683053834aea03942152fc6e61153
-- What is wrong between an account's row and its history, holds and grants.
--
-- Rules    balance, head: the row stands where its last transaction left it. held: open holds add
--          up. debt: what clawbacks left open, less repayments; none beside available credits.
--          open_grants: what remains in grants is what is available. totals: the counters are the
--          sums of the history. stray: transactions have an account.
create or replace function credits.account_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with sums as (
        select
            t.account_id,
            max(t.id) as last_id,
            max(t.created_at) as last_at,
            sum(t.amount) as balance,
            -coalesce(sum(t.amount) filter (where t.type = 'usage'), 0) as spent,
            coalesce(sum(t.amount) filter (where t.type = 'purchase'), 0) as purchased,
            sum((t.metadata ->> 'debt_change')::numeric) filter (
                where t.type in ('clawback', 'reinstatement')
            ) as debt
        from credits.transactions as t
        where t.account_id = p_account_id or p_account_id is null
        group by t.account_id
    )

    select coalesce(a.id, s.account_id), c.rule, c.detail
    from credits.accounts as a
    full join sums as s on a.id = s.account_id
    left join credits.transactions as l on a.id = l.account_id and a.last_transaction_id = l.id
    cross join lateral (
        values
        ('stray', a.id is null, 'transactions without an account'),
        (
            'balance',
            a.balance is distinct from coalesce(s.balance, 0),
            format('the row has %s, the history %s', a.balance, s.balance)
        ),
        (
            'head',
            (a.last_transaction_id, a.last_hash) is distinct from
            (coalesce(s.last_id, 0), coalesce(l.hash, '\x')),
            format('the row ends at %s, the history at %s', a.last_transaction_id, s.last_id)
        ),
        (
            'totals',
            (a.total_spent, a.total_purchased) is distinct from
            (coalesce(s.spent, 0), coalesce(s.purchased, 0)),
            format('the row has spent %s, the history %s', a.total_spent, s.spent)
        ),
        (
            'debt',
            a.debt is distinct from coalesce(s.debt, 0) or a.debt < 0,
            format('the row has %s, the history %s', a.debt, s.debt)
        ),
        (
            'debt_beside_credits',
            a.debt > 0 and a.balance > a.held,
            format('%s beside %s available', a.debt, a.balance - a.held)
        ),
        (
            'held',
            a.held <> (
                select coalesce(sum(h.amount), 0)
                from credits.holds as h
                where h.account_id = a.id and h.state = 'open'
            ),
            format('the row has %s', a.held)
        ),
        (
            'open_grants',
            a.balance - a.held <> (
                select coalesce(sum(g.remaining), 0) from credits.open_grants(a) as g
            ),
            format('%s available', a.balance - a.held)
        )
    ) as c (rule, is_broken, detail)
    where c.is_broken and (a.id = p_account_id or p_account_id is null)
$$;

comment on function credits.account_violations(uuid) is
'What is wrong between an account''s row and its history, holds and grants.';

revoke all on function credits.account_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/allowance_violations.sql sha256:191cf88a687e4c6ff3d15a2db33a1f4ceacfa381f46bcb4a140a97c1e62360e7
-- What is wrong with what invoices gave.
--
-- Rules    allowance: the allowances noted, and the transactions that granted credits by an invoice
--          of a subscription, are the same.
create or replace function credits.allowance_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(a.account_id, t.account_id), 'allowance', format(
        'transaction %s is not the allowance of invoice %s',
        coalesce(a.transaction_id, t.id), a.payment_id
    )
    from (
        select a.*, p.subscription_id as paid_subscription_id
        from credits.allowances as a
        left join credits.payments as p
            on
                a.account_id = p.account_id and a.provider = p.provider
                and a.payment_id = p.id
        where a.account_id = p_account_id or p_account_id is null
    ) as a
    full join (
        select t.*
        from credits.transactions as t
        where
            t.type = 'allowance'
            and t.scope = 'system'
            and t.key like 'invoice:%'
            and (t.account_id = p_account_id or p_account_id is null)
    ) as t on a.account_id = t.account_id and a.transaction_id = t.id
    where (a.credits, a.payment_id, a.subscription_id) is distinct from (
        t.amount, t.reference, a.paid_subscription_id
    )
$$;

comment on function credits.allowance_violations(uuid) is
'What is wrong with what invoices gave.';

revoke all on function credits.allowance_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/check_integrity.sql sha256:fac1adad939f38427a6b7cad5fa05a5564e06cf299705ff019be457f7b639316
-- Re-derives every balance, grant, hold, sequence and hash chain from the history.
--
-- p_account_id  one account; null for all of them and for transactions that belong to none.
-- Returns       what is wrong: the account, the rule that is broken, the numbers. No rows is well.
create or replace function credits.check_integrity(p_account_id uuid)
returns setof public.credit_violation
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select v.* from credits.transaction_violations(p_account_id) as v
    union all
    select v.* from credits.account_violations(p_account_id) as v
    union all
    select v.* from credits.grant_violations(p_account_id) as v
    union all
    select v.* from credits.payment_violations(p_account_id) as v
    union all
    select v.* from credits.return_violations(p_account_id) as v
    union all
    select v.* from credits.allowance_violations(p_account_id) as v;
end;
$$;

comment on function credits.check_integrity(uuid) is
'Re-derives balances, grants, sequences and chains; no rows when all is well.';

revoke all on function credits.check_integrity(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.check_integrity(uuid) to service_role;

-- source: sql/functions/reports/return_violations.sql sha256:4c1ce7f1930d36dc1f148d645844d40a2fd1434c42034717de9e0bc94b3cde8e
-- What is wrong with what went back of payments.
--
-- Rules    returned: each grant of a payment has given up its share of the money that went back.
--          clawback: clawbacks and the transactions that took credits of a payment's grant are the
--          same. reinstatement: what came back of a grant is what the history gave back.
create or replace function credits.return_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with moves as (
        select
            t.*,
            (t.metadata ->> 'grant_id')::bigint as grant_id,
            abs(t.amount) + abs((t.metadata ->> 'debt_change')::numeric) as moved
        from credits.transactions as t
        where
            t.type in ('clawback', 'reinstatement')
            and t.metadata ? 'grant_id'
            and (t.account_id = p_account_id or p_account_id is null)
    )

    select p.account_id, 'returned', format(
        'payment %s: grant %s has %s still to give back', p.id, d.grant_id, d.amount
    )
    from credits.payments as p
    cross join lateral credits.due_returns(p) as d
    where (p.account_id = p_account_id or p_account_id is null) and d.amount <> 0
    union all
    select coalesce(c.account_id, m.account_id), 'clawback', format(
        'transaction %s took %s of %s', coalesce(c.transaction_id, m.id), m.moved, c.amount
    )
    from credits.clawbacks as c
    full join (select m.* from moves as m where m.type = 'clawback') as m
        on c.account_id = m.account_id and c.transaction_id = m.id
    where
        coalesce(c.account_id = p_account_id or p_account_id is null, true)
        and (c.grant_id, c.amount, c.debt) is distinct from (
            m.grant_id, m.moved, (m.metadata ->> 'debt_change')::numeric
        )
    union all
    select coalesce(c.account_id, m.account_id), 'reinstatement', format(
        'grant %s: %s came back, the history says %s',
        coalesce(c.grant_id, m.grant_id), c.reinstated, m.moved
    )
    from (
        select c.account_id, c.grant_id, sum(c.reinstated) as reinstated
        from credits.clawbacks as c
        where c.account_id = p_account_id or p_account_id is null
        group by c.account_id, c.grant_id
    ) as c
    full join (
        select m.account_id, m.grant_id, sum(m.moved) as moved
        from moves as m
        where m.type = 'reinstatement'
        group by m.account_id, m.grant_id
    ) as m on c.account_id = m.account_id and c.grant_id = m.grant_id
    where coalesce(c.reinstated, 0) <> coalesce(m.moved, 0)
$$;

comment on function credits.return_violations(uuid) is
'What is wrong with what went back of payments.';

revoke all on function credits.return_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/run_maintenance.sql sha256:54fe13ee1b7b7cf8a51aa4800e7e9f7584941886192aae28690b72016f9f346d
-- All that a scheduler has to do: starts a scheduled catalog, renews allowances, expires credits,
-- opens missing accounts, tries open Stripe events again, learns how long models' answers are. It
-- leaves a heartbeat in job_runs.
--
-- Returns  what was done: {"catalogs": started, "renewed": accounts, "subscribed": subscriptions
--          paid for longer than a month, "expired": grants, "started": accounts, "retried": events,
--          "learnt": models}. At most 1000 of each are taken at a time; run it again until they
--          are 0.
-- Errors   22023 invalid_time
create or replace function credits.run_maintenance(p_at timestamptz)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_started_at timestamptz := statement_timestamp();
    v_catalogs integer := credits.start_due_catalog();
    v_counts jsonb;
begin
    perform credits.share_catalog();
    v_counts := jsonb_build_object(
        'catalogs', v_catalogs,
        'renewed', credits.reset_monthly_credits(p_at, 1000),
        'subscribed', credits.renew_subscriptions(p_at, 1000),
        'expired', credits.expire_credits(p_at),
        'started', credits.grant_initial_credits(1000),
        'retried', credits.retry_due_stripe_events(p_at, 1000),
        'learnt', credits.learn_model_outputs()
    );
    insert into credits.job_runs (job, started_at, counts)
    values ('maintenance', v_started_at, v_counts);
    return v_counts;
end;
$$;

comment on function credits.run_maintenance(timestamptz) is
'Renews, expires and opens what is due, and leaves a heartbeat.';

revoke all on function credits.run_maintenance(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.run_maintenance(timestamptz) to service_role;

-- source: sql/functions/api/get_auto_topup.sql sha256:a600d9eaddce895500a57bd7173928e6fb427ad849ea6146e5f51b1272be8635
-- RPC for a signed-in user and the back end; rules, units and errors: credits.get_auto_topup.
create or replace function public.get_auto_topup(account_id uuid default null)
returns public.credit_auto_topup
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_auto_topup(account_id);
end;
$$;

comment on function public.get_auto_topup(uuid) is
'How an account is topped up automatically.';

revoke all on function public.get_auto_topup(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_auto_topup(uuid) to authenticated, service_role;

-- source: sql/functions/api/list_credit_orders.sql sha256:29886b92b9b4eb771814660f8acc89d70132142e78189a99a884cbf5b7753ac4
-- RPC for a signed-in user and the back end; rules, units and errors: credits.list_orders.
create or replace function public.list_credit_orders(
    account_id uuid default null,
    before uuid default null,
    page_size integer default 50
)
returns setof public.credit_order
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_orders(account_id, before, page_size) as r;
end;
$$;

comment on function public.list_credit_orders(uuid, uuid, integer) is
'An account''s orders with their receipts.';

revoke all on function public.list_credit_orders(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.list_credit_orders(
    uuid, uuid, integer
) to authenticated, service_role;

-- source: sql/functions/api/set_auto_topup.sql sha256:d0e2d522dc8d3597cfe054fe624af14b26ee4a3fc0f17b1cab3693c510944260
-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_auto_topup.
create or replace function public.set_auto_topup(
    enabled boolean,
    threshold numeric default null,
    package text default null,
    monthly_limit_cents bigint default null,
    account_id uuid default null
)
returns public.credit_auto_topup
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.set_auto_topup(enabled, threshold, package, monthly_limit_cents, account_id);
end;
$$;

comment on function public.set_auto_topup(boolean, numeric, text, bigint, uuid) is
'Sets how an account is topped up automatically.';

revoke all on function public.set_auto_topup(boolean, numeric, text, bigint, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.set_auto_topup(
    boolean, numeric, text, bigint, uuid
) to authenticated, service_role;

-- source: sql/policies/allowances.sql sha256:db147a58a0861e8fdf75eccf34cbe71f7dec51291a5962904eaf1ac337aeb950
-- Private: read and written by the rules only.
alter table credits.allowances enable row level security;
revoke all on credits.allowances from public, anon, authenticated, service_role;

-- source: sql/policies/auto_topups.sql sha256:c9fd0fce7f8fa009bba52a3a1b4bc7ed90d960932fa9cd68ff2809a198a8874b
-- Private: read and written by the rules only.
alter table credits.auto_topups enable row level security;
revoke all on credits.auto_topups from public, anon, authenticated, service_role;

-- source: sql/policies/chargebacks.sql sha256:dbb88a312e012513ceae36986e359717ba62dd0eacf02b0951aaf6bef1f9b97d
-- Private: read and written by the rules only.
alter table credits.chargebacks enable row level security;
revoke all on credits.chargebacks from public, anon, authenticated, service_role;

-- source: sql/policies/clawbacks.sql sha256:11f8a8a576c377714a4f678e89e827b162e1e493e499a5e6c9cb66c8b4daf440
-- Private: read and written by the rules only.
alter table credits.clawbacks enable row level security;
revoke all on credits.clawbacks from public, anon, authenticated, service_role;

-- source: sql/policies/customers.sql sha256:bc44671ca561d5b36de85b6666e8b75fb66597b9c716ce5e42ebc47f8b89ae0c
-- Private: read and written by the rules only.
alter table credits.customers enable row level security;
revoke all on credits.customers from public, anon, authenticated, service_role;

-- source: sql/policies/outbox.sql sha256:7c1870753d763a5189dfe9cc694b0b7573ea0e354ef39b98504fb4faf436335c
-- Private: read and written by the rules only.
alter table credits.outbox enable row level security;
revoke all on credits.outbox from public, anon, authenticated, service_role;

-- source: sql/policies/provider_prices.sql sha256:a831357b8b48c4de5763c3ed27b0cea415504f0e0ffee1c089c85b083ecef40e
-- Private: read and written by the rules only.
alter table credits.provider_prices enable row level security;
revoke all on credits.provider_prices from public, anon, authenticated, service_role;

-- source: sql/policies/providers.sql sha256:d9dc23460441f70e0821834aa22d9ecbb2fce98738f04e0b5081166e6baddecc
-- Private: read and written by the rules only.
alter table credits.providers enable row level security;
revoke all on credits.providers from public, anon, authenticated, service_role;

-- source: sql/policies/refunds.sql sha256:2ab1efe84aa45e0a7f25650b7f6fcee5f4030c897f66f6ba5b52d9f8fe39bd48
-- Private: read and written by the rules only.
alter table credits.refunds enable row level security;
revoke all on credits.refunds from public, anon, authenticated, service_role;

-- source: sql/policies/subscriptions.sql sha256:4073fc1d525de8033dbbfac8b4600e2e7775c224e3049641cc8efeb5630583d8
-- Private: read and written by the rules only.
alter table credits.subscriptions enable row level security;
revoke all on credits.subscriptions from public, anon, authenticated, service_role;
