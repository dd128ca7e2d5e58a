insert into credits.migrations (id, parent_id) values ('20261121110000', '20261121100002');
select set_config('lock_timeout', '4s', true);

-- squawk-ignore-file adding-serial-primary-key-field, ban-drop-constraint, ban-drop-not-null
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation
-- (What is loosened here, the rules of before never meet; what is indexed anew has few rows.)

-- Stripe, complete: customers, subscriptions, refunds, chargebacks, automatic top-up, notices.
-- Nothing that the rules of before read or write disappears here.

do $$
declare
    v_name text;
begin
    select p.proname into v_name
    from pg_catalog.pg_proc as p
    where
        p.pronamespace = 'public'::regnamespace
        and p.proname in ('get_auto_topup', 'list_credit_orders', 'set_auto_topup')
    limit 1;
    if found then
        raise exception 'name_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('function', v_name)::text,
            hint = 'Rename or drop this function of your own first: pgcredits needs its name.';
    end if;
end
$$;

-- What a rule made of a piece of news. object_id: what it waits for.
create type credits.outcome as (state text, reason text, object_id text);

-- A payment provider, and whether the database takes its live or its test mode. All it knows of
-- objects of the other mode is kept apart. An installed database goes on in its mode.
create table credits.providers (
    provider text primary key,
    livemode boolean not null,
    portal_configuration_id text,
    changed_at timestamptz not null default clock_timestamp()
);
insert into credits.providers (provider, livemode)
select
    'stripe' as provider,
    coalesce(
        (
            select e.payload ~ '"livemode":\s*true'
            from credits.stripe_events as e
            where e.state = 'applied'
            order by e.received_at desc
            limit 1
        ),
        false
    ) as livemode;

-- provider_key is the idempotency key of the call that creates the customer, kept before that.
create table credits.customers (
    account_id uuid not null references credits.accounts (id),
    provider text not null references credits.providers (provider),
    livemode boolean not null,
    id text,
    provider_key uuid not null default gen_random_uuid(),
    created_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (account_id, provider, livemode)
);

-- What the provider calls the prices of plans and packs. Older ones stay: subscriptions go on.
create table credits.provider_prices (
    provider text not null references credits.providers (provider),
    price_id text not null,
    livemode boolean not null,
    kind text not null check (kind in ('plan', 'package')),
    code credits.code not null,
    product_id text not null,
    amount_cents bigint not null check (amount_cents > 0),
    currency text not null check (currency ~ '^[a-z]{3}$'),
    billing_interval text check (billing_interval in ('month', 'year')),
    is_current boolean not null,
    stored_at timestamptz not null default clock_timestamp(),
    primary key (provider, price_id),
    constraint provider_prices_plans_are_billed check (
        (kind = 'plan') = (billing_interval is not null)
    )
);

create unique index provider_prices_current_idx
on credits.provider_prices (provider, livemode, kind, code) where is_current;

-- What the provider last told of a subscription, and what of it is paid. told_at, told_rank and
-- told_by order the news; paid_plan is the plan of the latest paid period.
create table credits.subscriptions (
    account_id uuid not null references credits.accounts (id),
    provider text not null references credits.providers (provider),
    id text not null,
    livemode boolean not null,
    plan text,
    status text not null,
    current_period_start_at timestamptz,
    current_period_end_at timestamptz,
    cancel_at timestamptz,
    is_cancelling boolean not null default false,
    is_paused boolean not null default false,
    trial_end_at timestamptz,
    ended_at timestamptz,
    told_at timestamptz not null default '-infinity',
    told_rank integer not null default 0,
    told_by text not null default '',
    paid_plan text,
    paid_start_at timestamptz,
    paid_until_at timestamptz,
    next_allowance_at timestamptz,
    cancel_key uuid,
    created_at timestamptz not null default clock_timestamp(),
    primary key (account_id, provider, id)
);

create index subscriptions_next_allowance_at_idx
on credits.subscriptions (next_allowance_at) where next_allowance_at is not null;

-- The subscription that gives the account its plan; null: the plan is free, or administered.
alter table credits.accounts
add column plan_subscription_id text;

-- An order is for a pack, a quantity, or a plan: what is paid for a plan comes by invoices.
alter table credits.orders
add column plan text,
add column is_topup boolean not null default false,
drop constraint orders_credits_check,
add constraint orders_credits_check check (credits >= 0) not valid,
drop constraint orders_status_check,
add constraint orders_status_check check (
    status in ('open', 'paid', 'completed', 'expired', 'failed')
) not valid;

create unique index orders_one_topup_idx
on credits.orders (account_id) where is_topup and status = 'open';

-- A payment is of an order or of an invoice. intent_id: by which refunds and chargebacks name it.
-- plan: of which an invoice pays a period, or a part of one (is_prorated); null for one that does
-- not count. refunded_cents: the largest total that the provider told; what failed is in refunds.
alter table credits.payments
alter column order_id drop not null,
alter column transaction_id drop not null,
add column intent_id text,
add column livemode boolean not null default false,
add column subscription_id text,
add column plan text,
add column is_prorated boolean,
add column period_start_at timestamptz,
add column period_end_at timestamptz,
add column refunded_cents bigint not null default 0 check (refunded_cents >= 0);

update credits.payments as p
set intent_id = p.id, livemode = s.livemode
from credits.providers as s
where s.provider = p.provider;
insert into credits.external_ids (provider, object_id, account_id)
select
    p.provider,
    p.id,
    p.account_id
from credits.payments as p
on conflict (provider, object_id) do nothing;

-- Which allowance a paid invoice gave, and for which part of the time.
create table credits.allowances (
    account_id uuid not null references credits.accounts (id),
    transaction_id bigint not null,
    provider text not null,
    subscription_id text not null,
    payment_id text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    credits numeric not null check (credits > 0),
    is_prorated boolean not null,
    primary key (account_id, transaction_id),
    foreign key (account_id, provider, payment_id)
    references credits.payments (account_id, provider, id)
);

create index allowances_payment_idx on credits.allowances (account_id, provider, payment_id);

create table credits.refunds (
    account_id uuid not null,
    provider text not null,
    id text not null,
    payment_id text not null,
    amount_cents bigint not null check (amount_cents >= 0),
    status text not null,
    told_at timestamptz not null default clock_timestamp(),
    primary key (account_id, provider, id),
    foreign key (account_id, provider, payment_id)
    references credits.payments (account_id, provider, id)
);

create index refunds_payment_idx on credits.refunds (account_id, provider, payment_id);

create table credits.chargebacks (
    account_id uuid not null,
    provider text not null,
    id text not null,
    payment_id text not null,
    amount_cents bigint not null check (amount_cents >= 0),
    status text not null,
    told_at timestamptz not null,
    primary key (account_id, provider, id),
    foreign key (account_id, provider, payment_id)
    references credits.payments (account_id, provider, id)
);

create index chargebacks_payment_idx
on credits.chargebacks (account_id, provider, payment_id);

-- What a transaction of the type clawback took back of a grant: amount, debt of it not there to be
-- taken, and how much came back since.
create table credits.clawbacks (
    account_id uuid not null,
    transaction_id bigint not null,
    grant_id bigint not null,
    amount numeric not null check (amount > 0),
    debt numeric not null check (debt between 0 and amount),
    reinstated numeric not null default 0 check (reinstated between 0 and amount),
    created_at timestamptz not null,
    primary key (account_id, transaction_id),
    foreign key (account_id, grant_id) references credits.grants (account_id, id)
);

create index clawbacks_grant_idx on credits.clawbacks (account_id, grant_id);

-- An account's automatic top-up. paused_until_at: infinity for good.
create table credits.auto_topups (
    account_id uuid primary key references credits.accounts (id),
    is_enabled boolean not null,
    threshold numeric not null check (threshold between 0 and 1e12),
    package credits.code not null,
    monthly_limit_cents bigint check (monthly_limit_cents > 0),
    declines integer not null default 0,
    failures integer not null default 0,
    paused_reason text,
    paused_until_at timestamptz,
    next_attempt_at timestamptz not null default '-infinity',
    changed_by uuid,
    changed_at timestamptz not null default clock_timestamp()
);

create index auto_topups_enabled_idx on credits.auto_topups (next_attempt_at) where is_enabled;

-- What somebody should be told, once per topic and key.
create table credits.outbox (
    id bigint generated always as identity primary key,
    account_id uuid,
    topic text not null,
    key text not null,
    payload jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    unique (topic, key)
);

-- A payment's grants are found by it.
create index grants_reference_idx on credits.grants (account_id, reference)
where reference is not null;

-- object_id: what a waiting event waits for. next_attempt_at: when a failed one is tried again.
alter table credits.stripe_events
add column object_id text,
add column next_attempt_at timestamptz,
drop constraint stripe_events_state_check,
add constraint stripe_events_state_check check (
    state in ('applied', 'ignored', 'quarantined', 'failed', 'waiting')
) not valid;

create index stripe_events_open_idx on credits.stripe_events (received_at)
where state in ('quarantined', 'failed', 'waiting');
create index stripe_events_waiting_idx on credits.stripe_events (object_id)
where state = 'waiting';

alter table credits.catalogs
add column upgrade text not null default 'now' check (upgrade in ('now', 'renewal')),
add column downgrade text not null default 'renewal' check (downgrade in ('now', 'renewal')),
add column grace_hours integer not null default 0 check (grace_hours between 0 and 720);

alter table credits.plans
add column trial_days integer not null default 0 check (trial_days between 0 and 730),
add column trial_credits credits.amount not null default 0;

create type public.credit_order as (
    id uuid,
    account_id uuid,
    user_id uuid,
    status text,
    package text,
    plan text,
    credits numeric,
    bonus_credits numeric,
    total_cents bigint,
    currency text,
    refunded_cents bigint,
    is_topup boolean,
    receipt jsonb,
    promotion_code text,
    created_at timestamptz,
    paid_at timestamptz
);

create type public.credit_auto_topup as (
    account_id uuid,
    enabled boolean,
    threshold numeric,
    package text,
    monthly_limit_cents bigint,
    spent_cents bigint,
    currency text,
    status text,
    paused_reason text,
    paused_until_at timestamptz
);

-- What is told of a subscription. told_at null: as it stands now, fetched.
create type credits.subscription_news as (
    id text,
    plan text,
    status text,
    current_period_start_at timestamptz,
    current_period_end_at timestamptz,
    cancel_at timestamptz,
    is_cancelling boolean,
    is_paused boolean,
    trial_end_at timestamptz,
    ended_at timestamptz,
    told_at timestamptz,
    told_rank integer,
    told_by text
);

-- A part of a plan's period: 1 is all of it, below 0 is given back.
create type credits.plan_share as (plan text, share numeric);

-- What a paid invoice says of a plan. is_prorated: it pays for a change within a period that runs;
-- shares says of how much of the new plan, and of how much less of the old one.
create type credits.paid_invoice as (
    id text,
    intent_id text,
    subscription_id text,
    plan text,
    is_prorated boolean,
    amount_cents bigint,
    currency text,
    period_start_at timestamptz,
    period_end_at timestamptz,
    shares credits.plan_share []
);

-- A line of an invoice that pays for a period of a plan. problem: why it cannot.
create type credits.invoice_line as (
    plan text,
    is_prorated boolean,
    period_start_at timestamptz,
    period_end_at timestamptz,
    problem text
);
