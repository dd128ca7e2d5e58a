-- The first migration: the schema, its log, the ledger's tables and the shapes of the public API.
--
-- Functions, policies, triggers and what is granted on tables come with the next file, frozen from
-- sql/functions and sql/policies.

create schema credits;

create table credits.migrations (
    id text primary key check (id ~ '^[0-9]{14}$'),
    parent_id text unique nulls not distinct references credits.migrations (id),
    applied_at timestamptz not null default clock_timestamp()
);

insert into credits.migrations (id, parent_id) values ('20261121090000', null);
select set_config('lock_timeout', '4s', true);

-- A function of the host with one of our names would make an overload, and calls would go astray.
do $$
declare
    v_name text;
begin
    select p.proname into v_name
    from pg_proc as p
    where
        p.pronamespace = 'public'::regnamespace
        and p.proname = any(array[
            'add_credits', 'apply_credit_catalog', 'calculate_query_cost', 'change_credit_plan',
            'check_and_deduct_credits', 'check_credit_integrity', 'expire_credits',
            'export_credit_transactions', 'get_credit_balance', 'get_credit_summary',
            'get_monthly_credits', 'grant_initial_credits', 'has_enough_credits',
            'list_credit_packages', 'list_credit_plans', 'list_credit_prices',
            'list_credit_transactions', 'open_credit_account', 'reset_monthly_credits',
            'run_credit_maintenance', 'use_credits'
        ])
    limit 1;
    if found then
        raise exception 'name_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('function', v_name)::text,
            hint = 'Schema public has a function of this name: rename or drop it first.';
    end if;
end
$$;

-- The edge logs in with this role. It belongs to the cluster and may be there already; give it a
-- password with: alter role credits_edge login password '…'.
do $$
begin
    if not exists (select from pg_roles where rolname = 'credits_edge') then
        create role credits_edge nologin noinherit;
    end if;
exception when duplicate_object or unique_violation then null;
end
$$;

-- The price list: one catalog is in force at a time, every change of it is a new version, and a
-- version is never changed. Rows of all five tables are found by that version.

create domain credits.code as text check (value ~ '^[a-z0-9][a-z0-9._-]{0,99}$');

-- Credits of a price list: exact to nine places and bounded, so never NaN or infinite.
create domain credits.amount as numeric check (
    value between 0 and 1e12 and value = round(value, 9)
);

create table credits.catalogs (
    version integer primary key check (version > 0),
    code credits.code not null,
    name text not null,
    -- Prices are in cents: currencies whose minor unit is not a hundredth have to wait.
    currency text not null check (currency ~ '^[a-z]{3}$' and currency <> all(array[
        'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'ugx', 'vnd', 'vuv',
        'xaf', 'xof', 'xpf', 'bhd', 'iqd', 'jod', 'kwd', 'lyd', 'omr', 'tnd'
    ])),
    list_price_per_credit numeric not null check (
        list_price_per_credit > 0 and list_price_per_credit <= 1e12
    ),
    rounding_places integer not null check (rounding_places between 0 and 9),
    rounding_mode text not null check (rounding_mode in ('half_up', 'up')),
    content jsonb not null,
    applied_at timestamptz not null default clock_timestamp(),
    applied_by text not null
);

create table credits.plans (
    version integer not null references credits.catalogs (version),
    code credits.code not null,
    name text not null,
    position integer not null,
    price_cents bigint check (price_cents >= 0),
    billing_interval text check (billing_interval in ('month', 'year')),
    monthly_credits credits.amount not null,
    welcome_credits credits.amount not null,
    rollover_months integer not null check (rollover_months between 0 and 120),
    monthly_spend_cap credits.amount,
    features jsonb not null check (jsonb_typeof(features) = 'array'),
    contact_only boolean not null,
    primary key (version, code),
    constraint plans_with_a_price_are_billed check (
        coalesce(price_cents, 0) = 0 or billing_interval is not null
    )
);

create table credits.packages (
    version integer not null references credits.catalogs (version),
    code credits.code not null,
    name text not null,
    position integer not null,
    credits credits.amount not null check (credits > 0),
    bonus_credits credits.amount not null,
    price_cents bigint not null check (price_cents > 0),
    cost_cents bigint check (cost_cents >= 0),
    features jsonb not null check (jsonb_typeof(features) = 'array'),
    primary key (version, code)
);

-- One row is one component of a service's price: credits per unit_size of a meter. A meter is a key
-- of the usage, or one of: 'quantity' (the service's own unit), 'base' (the call itself), 'tokens'
-- (all token classes together), 'tool:<name>' and 'tool:*' (one of the usage's tools, any other
-- tool). The component that counts_quantity is the service's own unit.
create table credits.prices (
    version integer not null references credits.catalogs (version),
    service credits.code not null,
    meter text not null check (
        meter ~ '^[a-z][a-z0-9_]{0,99}$' or meter like 'tool:_%' and length(meter) <= 105
    ),
    position integer not null,
    unit text not null,
    unit_size numeric not null check (unit_size > 0 and unit_size <= 1e12),
    credits numeric not null check (credits between 0 and 1e12),
    counts_quantity boolean not null,
    is_free boolean not null,
    description text,
    primary key (version, service, meter),
    constraint prices_zero_only_when_free check (credits > 0 or is_free)
);

create table credits.models (
    version integer not null references credits.catalogs (version),
    code credits.code not null,
    name text not null,
    position integer not null,
    provider text not null,
    tier text not null check (tier in ('cheap', 'medium', 'expensive')),
    primary key (version, code)
);

-- Accounts: one row is one balance, and the row is the lock. What a spend changes stands last and
-- is not indexed, so that an update stays on its page and its log record short. PostgreSQL reads
-- every check of a table anew in every statement that writes it, so the hot row has one.
create table credits.accounts (
    id uuid primary key,
    kind text not null,
    owner_id uuid,
    external_id text,
    email text,
    plan text,
    status text not null default 'active',
    low_balance numeric,
    monthly_spend_cap numeric,
    period_anchor_at timestamptz,
    period_number integer,
    period_end_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    debt numeric not null default 0,
    held numeric not null default 0,
    next_expiry_at timestamptz not null default 'infinity',
    total_purchased numeric not null default 0,
    head_grant_id bigint,
    month_ends_at timestamptz not null default '-infinity',
    last_transaction_id bigint not null default 0,
    last_transaction_at timestamptz not null default '-infinity',
    balance numeric not null default 0,
    head_remaining numeric not null default 0,
    total_spent numeric not null default 0,
    month_spent numeric not null default 0,
    last_hash bytea not null default '\x',
    constraint accounts_never_negative check (
        held >= 0 and head_remaining between 0 and balance - held and balance <= 1e15
    )
) with (fillfactor = 70);

-- What burn_grants answers: the account with its new head, and what each grant gave.
create type credits.burnt_grants as (account credits.accounts, grants jsonb);

create index accounts_next_expiry_at_idx on credits.accounts (next_expiry_at)
where next_expiry_at < 'infinity';
create index accounts_period_end_at_idx on credits.accounts (period_end_at)
where period_end_at is not null;

create table credits.members (
    account_id uuid not null references credits.accounts (id),
    user_id uuid not null,
    role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
    created_at timestamptz not null default clock_timestamp(),
    primary key (account_id, user_id)
);

create index members_user_id_idx on credits.members (user_id);

-- The account of an object that somebody else numbers: the only key that is global.
create table credits.external_ids (
    provider text not null,
    object_id text not null,
    account_id uuid not null references credits.accounts (id),
    primary key (provider, object_id)
);

-- Grants (lots). A grant has the id of the transaction that gave it. The grant being spent is the
-- account's head: its credits stand on the account's row and its own remaining is 0, so a credit
-- is in one place only.
create table credits.grants (
    account_id uuid not null references credits.accounts (id),
    id bigint not null,
    source text not null,
    amount numeric not null check (amount > 0 and amount <= 1e15),
    remaining numeric not null check (remaining between 0 and amount),
    priority integer not null check (priority between 0 and 1000),
    expires_at timestamptz,
    is_paid boolean not null,
    paid_cents bigint check (paid_cents >= 0),
    currency text check (currency ~ '^[a-z]{3}$'),
    reference text,
    voided_at timestamptz,
    created_at timestamptz not null,
    primary key (account_id, id)
);

-- The published burn-down order: priority, soonest expiry, free before paid, oldest.
create index grants_burn_down_idx on credits.grants
(account_id, priority, expires_at, is_paid, id) where remaining > 0;

-- History: append-only, numbered per account without gaps, each row hashed onto the one before.
-- No foreign key to accounts: post_transaction holds the account's row when it writes, and the
-- check would cost every spend (check_credit_integrity looks for strays).
create table credits.transactions (
    account_id uuid not null,
    id bigint not null,
    created_at timestamptz not null,
    user_id uuid,
    price_version integer,
    type text not null,
    amount numeric not null,
    balance_after numeric not null,
    held_after numeric not null,
    scope text not null,
    key text not null,
    request bytea not null,
    service text,
    quantity numeric,
    usage jsonb,
    provider_cost numeric,
    reference text,
    description text,
    metadata jsonb,
    actor text,
    grants jsonb not null,
    hash bytea not null,
    primary key (account_id, id),
    unique (account_id, key, scope)
);

-- A hold takes its credits out of the grants when it is placed and remembers which.
create table credits.holds (
    account_id uuid not null references credits.accounts (id),
    id uuid not null default gen_random_uuid(),
    user_id uuid,
    scope text not null,
    key text not null,
    request bytea not null,
    amount numeric not null check (amount > 0 and amount <= 1e15),
    state text not null check (state in ('open', 'captured', 'released', 'expired')),
    service text,
    quantity numeric,
    usage jsonb,
    reference text,
    metadata jsonb,
    grants jsonb not null,
    transaction_id bigint,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (account_id, id),
    unique (account_id, key, scope)
);

-- What was ordered at which price, and what was paid for it.
create table credits.orders (
    account_id uuid not null references credits.accounts (id),
    id uuid not null default gen_random_uuid(),
    user_id uuid,
    provider text not null,
    provider_key uuid not null default gen_random_uuid(),
    session_id text,
    package text not null,
    price_version integer not null references credits.catalogs (version),
    credits numeric not null check (credits > 0),
    bonus_credits numeric not null check (bonus_credits >= 0),
    total_cents bigint not null check (total_cents > 0),
    currency text not null,
    status text not null check (status in ('open', 'paid', 'expired', 'failed')),
    created_at timestamptz not null default clock_timestamp(),
    paid_at timestamptz,
    primary key (account_id, id)
);

create table credits.payments (
    account_id uuid not null references credits.accounts (id),
    id text not null,
    provider text not null,
    order_id uuid not null,
    amount_cents bigint not null check (amount_cents > 0),
    currency text not null,
    transaction_id bigint not null,
    paid_at timestamptz not null,
    primary key (account_id, provider, id),
    unique (account_id, order_id),
    foreign key (account_id, order_id) references credits.orders (account_id, id)
);

create table credits.stripe_events (
    id text primary key,
    type text not null,
    payload text not null,
    state text not null check (state in ('applied', 'ignored', 'quarantined', 'failed')),
    reason text,
    attempts integer not null default 1,
    received_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz
);

create index stripe_events_unsettled_idx on credits.stripe_events (received_at)
where state in ('quarantined', 'failed');

-- The heartbeat of maintenance.
create table credits.job_runs (
    id bigint generated always as identity primary key,
    job text not null,
    started_at timestamptz not null,
    finished_at timestamptz not null default clock_timestamp(),
    counts jsonb not null
);

create index job_runs_job_idx on credits.job_runs (job, finished_at desc);

-- The shapes of the public API.

create type public.credit_balance as (
    account_id uuid,
    user_id uuid,
    status text,
    plan text,
    balance numeric,
    held numeric,
    available numeric,
    debt numeric,
    total_purchased numeric,
    total_spent numeric,
    current_credits numeric,
    credit_status text,
    subscription jsonb,
    next_billing_date timestamptz,
    low_balance numeric,
    expiring_credits numeric,
    expires_at timestamptz
);

create type public.credit_charge as (
    transaction_id bigint,
    cost numeric,
    balance numeric,
    held numeric,
    available numeric
);

create type public.credit_grant as (
    transaction_id bigint,
    grant_id bigint,
    amount numeric,
    balance numeric,
    held numeric,
    available numeric
);

create type public.credit_transaction as (
    id bigint,
    account_id uuid,
    user_id uuid,
    type text,
    transaction_type text,
    amount numeric,
    balance_before numeric,
    balance_after numeric,
    service text,
    quantity numeric,
    description text,
    reference text,
    metadata jsonb,
    created_at timestamptz
);

create type public.credit_package as (
    code text,
    name text,
    credits numeric,
    bonus_credits numeric,
    price_cents bigint,
    currency text,
    price_per_credit numeric,
    savings_percent numeric,
    features jsonb
);

create type public.credit_plan as (
    code text,
    name text,
    price_cents bigint,
    currency text,
    billing_interval text,
    monthly_credits numeric,
    welcome_credits numeric,
    features jsonb,
    contact_only boolean
);

create type public.credit_price as (
    service text,
    meter text,
    unit text,
    unit_size numeric,
    credits numeric,
    provider text,
    tier text,
    description text
);

create type public.credit_plan_change as (
    old_plan text,
    new_plan text,
    granted numeric
);

create type public.credit_catalog_change as (
    kind text,
    code text,
    change text,
    before jsonb,
    after jsonb
);

create type public.credit_violation as (
    account_id uuid,
    rule text,
    detail text
);

-- PostgREST's name for an answer in CSV is everybody's: it may be there already.
do $$
begin
    create domain public."text/csv" as text;
exception when duplicate_object then null;
end
$$;

-- The API roles may look into the schema; what they may do there is granted object by object.
grant usage on schema credits to anon, authenticated, service_role, credits_edge;
